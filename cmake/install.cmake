# `make install`: the binary, and what it prints about itself (man page, completions), written at
# install time.
include(GNUInstallDirs)
if(TARGET sluice)
  install(TARGETS sluice RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
  function(sluice_install_page page file)
    install(CODE "
      set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/${file}\")
      get_filename_component(directory \"\${file}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${directory}\")
      message(STATUS \"Installing: \${file}\")
      execute_process(COMMAND \"$<TARGET_FILE:sluice>\" completion ${page}
                      OUTPUT_FILE \"\${file}\" COMMAND_ERROR_IS_FATAL ANY)
    ")
  endfunction()
  sluice_install_page(man man/man1/sluice.1)
  sluice_install_page(bash bash-completion/completions/sluice)
  sluice_install_page(zsh zsh/site-functions/_sluice)
  sluice_install_page(fish fish/vendor_completions.d/sluice.fish)
endif()
