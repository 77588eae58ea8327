# embed_data(TARGET PATTERN... [MADE PATH FILE...]): links every matching data file into TARGET, so that the program is
# one file. C++ finds a file by its path below src/ with nextjob::embedded(path) (model/embedded.hpp). Files that the
# build makes follow MADE, each after the path that it is found by.
function(embed_data target)
  cmake_parse_arguments(PARSE_ARGV 1 embed "" "" "MADE")
  file(GLOB files CONFIGURE_DEPENDS ${embed_UNPARSED_ARGUMENTS})
  set(rows "")
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name "${CMAKE_SOURCE_DIR}/src" "${file}")
    list(APPEND rows "${name}|${file}")
  endforeach()
  while(embed_MADE)
    list(POP_FRONT embed_MADE name file)
    list(APPEND rows "${name}|${file}")
    list(APPEND files "${file}")
  endwhile()
  list(SORT rows)
  set(assembly "${CMAKE_CURRENT_BINARY_DIR}/embedded.S")
  set(table "${CMAKE_CURRENT_BINARY_DIR}/embedded_table.cpp")
  set(asm_text ".section .rodata\n")
  set(extern_text "")
  set(row_text "")
  set(number 0)
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "^([^|]*)\\|(.*)$" "\\1;\\2" row "${row}")
    list(GET row 0 name)
    list(GET row 1 file)
    string(APPEND asm_text
      ".balign 16\n.global nextjob_data_${number}\nnextjob_data_${number}:\n.incbin \"${file}\"\n"
      ".global nextjob_data_end_${number}\nnextjob_data_end_${number}:\n.byte 0\n")
    string(APPEND extern_text
      "extern \"C\" const char nextjob_data_${number}[];\nextern \"C\" const char nextjob_data_end_${number}[];\n")
    string(APPEND row_text "    {\"${name}\", nextjob_data_${number}, nextjob_data_end_${number}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND asm_text ".section .note.GNU-stack,\"\",%progbits\n")
  file(GENERATE OUTPUT "${assembly}" CONTENT "${asm_text}")
  file(GENERATE OUTPUT "${table}" CONTENT
"#include \"model/embedded.hpp\"\n\n${extern_text}
namespace nextjob::detail {
extern const EmbeddedFile embeddedFiles[];
extern const unsigned embeddedFileCount;
const EmbeddedFile embeddedFiles[] = {\n${row_text}    {{}, nullptr, nullptr}};
const unsigned embeddedFileCount = ${number};
}  // namespace nextjob::detail\n")
  set_source_files_properties("${assembly}" PROPERTIES OBJECT_DEPENDS "${files}")
  set_source_files_properties("${table}" PROPERTIES SKIP_LINTING ON)
  target_sources(${target} PRIVATE "${assembly}" "${table}")
endfunction()
