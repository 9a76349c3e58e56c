# SPDX-License-Identifier: Apache-2.0
# One INTERFACE target holds every compile rule; one function makes a module, one makes its tests.

add_library(rollproof_rules INTERFACE)
target_compile_features(rollproof_rules INTERFACE cxx_std_20)
target_include_directories(rollproof_rules INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(rollproof_rules INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast
  $<$<BOOL:${ROLLPROOF_WERROR}>:-Werror>)
target_compile_definitions(rollproof_rules INTERFACE ROLLPROOF_VERSION="${PROJECT_VERSION}")
target_link_libraries(rollproof_rules INTERFACE Threads::Threads)
if(ROLLPROOF_FUZZ)
  # libFuzzer wants its counters in everything it looks into; only clang has them.
  target_compile_options(rollproof_rules INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ROLLPROOF_SANITIZE)
  # GCC 12 with the address sanitizer warns of std::function's own empty state.
  target_compile_options(rollproof_rules INTERFACE -Wno-maybe-uninitialized)
  target_compile_options(rollproof_rules INTERFACE -fsanitize=${ROLLPROOF_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(rollproof_rules INTERFACE -fsanitize=${ROLLPROOF_SANITIZE})
endif()

# rollproof_module(hash SOURCES a.cpp HEADERS a.h DEPS rollproof_model PRIVATE_DEPS PkgConfig::XXHASH)
# makes the static library rollproof_hash and, for every header, a source that includes it alone.
function(rollproof_module name)
  cmake_parse_arguments(M "" "" "SOURCES;HEADERS;DEPS;PRIVATE_DEPS" ${ARGN})
  set(target rollproof_${name})
  set(alone)
  foreach(header ${M_HEADERS})
    file(RELATIVE_PATH rel "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
    string(MAKE_C_IDENTIFIER "${rel}" id)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/alone_${id}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${rel}\"  // proves that the header stands alone\n")
    list(APPEND alone "${source}")
  endforeach()
  add_library(${target} STATIC ${M_SOURCES} ${alone})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${M_HEADERS})
  target_link_libraries(${target} PUBLIC rollproof_rules ${M_DEPS} PRIVATE ${M_PRIVATE_DEPS})
endfunction()

# rollproof_fuzz(mhl SAYS "never crashes" SOURCES fuzz_mhl.cpp DEPS rollproof_mhl) makes fuzz_mhl: a short seeded run as a
# test, or with ROLLPROOF_FUZZ a libFuzzer program and, beside it, seed_mhl that writes its seeds.
function(rollproof_fuzz name)
  cmake_parse_arguments(F "" "SAYS;ROUNDS" "SOURCES;DEPS" ${ARGN})
  if(NOT F_ROUNDS)
    set(F_ROUNDS 3000)
  endif()
  set(programs fuzz_${name})
  if(ROLLPROOF_FUZZ)
    list(APPEND programs seed_${name})
  endif()
  foreach(program ${programs})
    add_executable(${program} ${F_SOURCES} "${PROJECT_SOURCE_DIR}/tests/fuzz/driver.cpp")
    target_link_libraries(${program} PRIVATE rollproof_rules ${F_DEPS})
  endforeach()
  if(ROLLPROOF_FUZZ)
    target_compile_definitions(fuzz_${name} PRIVATE ROLLPROOF_LIBFUZZER)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_test(NAME "fuzz: ${F_SAYS}" COMMAND fuzz_${name} ${F_ROUNDS} 1)
  endif()
endfunction()

# rollproof_test(hash SOURCES test_hash.cpp DEPS rollproof_hash) makes test_hash and registers each Catch2 case.
function(rollproof_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  add_executable(test_${name} ${T_SOURCES})
  target_link_libraries(test_${name} PRIVATE rollproof_catch_main ${T_DEPS})
  # Tests are built once and run once: -O1 builds in half the time. At -O3 GCC 12 also warns falsely of literals
  # joined with strings (its bug 105651), which the product's own few places avoid.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_compile_definitions(test_${name} PRIVATE
    ROLLPROOF_SAMPLES="${PROJECT_SOURCE_DIR}/../shared/samples" ROLLPROOF_SOURCE="${PROJECT_SOURCE_DIR}")
  catch_discover_tests(test_${name} TEST_PREFIX "${name}: " EXTRA_ARGS --warn NoTests PROPERTIES TIMEOUT ${T_TIMEOUT}
    DISCOVERY_MODE PRE_TEST)
endfunction()
