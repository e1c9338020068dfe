# Run by embed_files. Writes OUT, a C++ file with the bytes of the files in LIST.
cmake_minimum_required(VERSION 3.25)
file(READ ${LIST} files)
string(REPEAT "[0-9a-f]" 48 row)  # one literal for every 24 bytes keeps the lines short

set(arrays "")
set(table "")
set(index 0)
foreach(file IN LISTS files)
  cmake_path(GET file FILENAME base)
  file(SIZE "${file}" size)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(${row})" "\\1\n" rows "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" rows "${rows}")
  string(REPLACE "\n" "\"\n\"" rows "${rows}")
  string(APPEND arrays "constexpr char ${NAME}_${index}[] =\n\"${rows}\";\n")
  string(APPEND table "    {\"${base}\", {${NAME}_${index}, ${size}}},\n")
  math(EXPR index "${index} + 1")
endforeach()

if(table)
  set(files_array "constexpr File ${NAME}_files[] = {\n${table}};")
else()
  set(files_array "constexpr std::span<const File> ${NAME}_files;")
endif()
file(WRITE ${OUT} "#include \"embedded/${NAME}.h\"

namespace alohook::embedded {
namespace {
${arrays}${files_array}
}  // namespace

std::span<const File> ${NAME}() { return ${NAME}_files; }
}  // namespace alohook::embedded
")
