# What the program shows of its API: docs/openapi.yaml as JSON, and, where npm is there, the viewer for the page at /docs.
# Sets api_docs to what embed_data takes after MADE.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(openapi_json "${CMAKE_BINARY_DIR}/openapi.json")
add_custom_command(OUTPUT "${openapi_json}"
  COMMAND Python3::Interpreter "${CMAKE_SOURCE_DIR}/cmake/openapi_json.py" "${CMAKE_SOURCE_DIR}/docs/openapi.yaml"
          "${openapi_json}"
  DEPENDS "${CMAKE_SOURCE_DIR}/docs/openapi.yaml" "${CMAKE_SOURCE_DIR}/cmake/openapi_json.py"
  COMMENT "Writing openapi.json" VERBATIM)
set(api_docs api/openapi.json "${openapi_json}")

# The viewer comes once, from the versions that docs/viewer/package-lock.json fixes.
set(viewer "${CMAKE_BINARY_DIR}/viewer")
set(viewer_files "${viewer}/node_modules/swagger-ui-dist")
find_program(NPM npm)
if(NPM AND NOT EXISTS "${viewer_files}/swagger-ui-bundle.js")
  file(COPY "${CMAKE_SOURCE_DIR}/docs/viewer/package.json" "${CMAKE_SOURCE_DIR}/docs/viewer/package-lock.json"
       DESTINATION "${viewer}")
  execute_process(COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund --loglevel=error
                  WORKING_DIRECTORY "${viewer}" OUTPUT_QUIET ERROR_QUIET TIMEOUT 120)
endif()
if(EXISTS "${viewer_files}/swagger-ui-bundle.js")
  list(APPEND api_docs api/docs/swagger-ui-bundle.js "${viewer_files}/swagger-ui-bundle.js"
                       api/docs/swagger-ui.css "${viewer_files}/swagger-ui.css")
else()
  message(STATUS "npm or its registry is missing: /docs will point at /openapi.json instead of showing it")
endif()
