// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/interchange/xml.h"

using namespace rollproof;
using namespace rollproof::interchange;

TEST_CASE("a tree with namespaces is written so that the same tree is read") {
  const std::string text =
      "<a:root xmlns:a='urn:one&amp;two' xmlns='urn:default' a:q='1' plain=' x&#10;y '><child>  kept  </child>"
      "<none xmlns=''><inner xmlns='urn:default'/></none><a:b xml:lang='de'>&lt;&#9;\"&amp;</a:b>"
      "<c:d xmlns:c='urn:three' c:e='f'><![CDATA[<raw>]]></c:d></a:root>";
  const auto root = parseXmlExact(text);
  REQUIRE(root.has_value());
  CHECK(root->nameSpace == "urn:one&two");
  CHECK(root->attribute("{urn:one&two}q") == "1");
  CHECK(root->attribute("plain") == " x\ny ");
  CHECK(root->child("child")->nameSpace == "urn:default");
  CHECK(root->child("child")->text == "  kept  ");
  CHECK(root->child("none")->nameSpace.empty());
  CHECK(root->child("none")->child("inner")->nameSpace == "urn:default");
  CHECK(root->child("b")->attribute("{http://www.w3.org/XML/1998/namespace}lang") == "de");
  CHECK(root->child("b")->text == "<\t\"&");
  CHECK(root->child("d")->text == "<raw>");
  for (const auto& prefixes : {std::vector<std::pair<std::string, std::string>>{},
                               {{"urn:one&two", "p"}},
                               {{"urn:default", ""}},
                               {{"urn:one&two", ""}, {"urn:three", "t"}}}) {
    const std::string written = formatXml(*root, prefixes);
    INFO(written);
    const auto back = parseXmlExact(written);
    REQUIRE(back.has_value());
    CHECK(*back == *root);
    CHECK(formatXml(*back, prefixes) == written);
  }
}

TEST_CASE("XML that could not be written again or hides a document type is refused") {
  CHECK(parseXmlExact("<a><p:b/></a>").error().message.find("prefix") != std::string::npos);
  CHECK(parseXmlExact("<a p:b='1'/>").error().code == Errc::corrupt);
  CHECK(parseXml("<a><p:b/></a>").has_value());
  std::string wide;
  for (const char c : std::string("<!DOCTYPE a [<!ENTITY b '1'>]><a>&b;</a>")) wide.append(1, c).push_back('\0');
  CHECK(parseXmlExact("\xFF\xFE" + wide).error().message.find("document type") != std::string::npos);
  CHECK(parseXml(std::string(kMaxXmlBytes + 1, ' ')).error().code == Errc::unsupported);
}
