// SPDX-License-Identifier: Apache-2.0
// Where libFuzzer is not there:  fuzz_x [ROUNDS [SEED]]  mutates the seeds;  fuzz_x --write-seeds DIR  leaves them as
// files for libFuzzer;  fuzz_x FILE...  tries files that a fuzzer found.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz.h"

#ifdef ROLLPROOF_LIBFUZZER

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rollproof::fuzz::one({reinterpret_cast<const char*>(data), size});
  return 0;
}

#else

namespace {

using namespace rollproof::fuzz;

std::string mutated(const std::vector<std::string>& all, const std::vector<std::string>& words,
                    std::mt19937_64& random) {
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::string text = all[pick(all.size())];
  for (std::size_t changes = 1 + pick(6); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = pick(text.size());
    const std::size_t length = std::min(text.size() - at, std::size_t{1} << pick(9));
    switch (pick(8)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        if (!words.empty()) text.insert(at, words[pick(words.size())]);
        break;
      case 3:
        text.insert(pick(text.size()), text.substr(at, length));
        break;
      case 4: {
        const std::string& other = all[pick(all.size())];
        const std::size_t from = other.empty() ? 0 : pick(other.size());
        text.replace(at, length, other.substr(from, length));
        break;
      }
      case 5:
        // Lengths and offsets are what binary formats trip over.
        for (std::size_t i = at; i < std::min(text.size(), at + (std::size_t{1} << pick(4))); ++i)
          text[i] = pick(2) == 0 ? '\xFF' : '\0';
        break;
      case 6:
        text.resize(at);
        break;
      default:
        text.insert(at, std::string(pick(3000), text[at]));
    }
  }
  return text;
}

bool isNumber(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto all = seeds();
  if (words.size() == 2 && words[0] == "--write-seeds") {
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::ofstream file(words[1] + "/seed_" + std::to_string(i), std::ios::binary);
      file << all[i];
      if (!file.flush()) {
        std::fprintf(stderr, "cannot write into %s\n", words[1].c_str());
        return 1;
      }
    }
    return 0;
  }
  if (!words.empty() && !isNumber(words[0])) {
    for (const auto& word : words) {
      std::ifstream file(word, std::ios::binary);
      if (!file) {
        std::fprintf(stderr, "cannot read %s\n", word.c_str());
        return 1;
      }
      one(std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    }
    return 0;
  }
  const long rounds = words.empty() ? 100'000 : std::atol(words[0].c_str());
  std::mt19937_64 random(words.size() > 1 ? std::strtoull(words[1].c_str(), nullptr, 10) : 1);
  for (const auto& seed : all) one(seed);
  // Cut short at every length where that is quick: the mutations below do so only by chance.
  for (const auto& seed : all) {
    for (std::size_t length = 0; seed.size() <= 4096 && length < seed.size(); ++length)
      one(std::string_view(seed).substr(0, length));
  }
  const auto tokens = pieces();
  for (long i = 0; i < rounds; ++i) one(mutated(all, tokens, random));
  return 0;
}

#endif
