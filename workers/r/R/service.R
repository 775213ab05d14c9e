# A worker that has loaded one service: its workspace, files, initCode and code, parsed and compiled once.
#
# Inputs are bound, and the code runs, in the workspace itself, as in the product this one replaces: functions of a
# snapshot or of initCode see the inputs, source() and <<- mean what they always mean. It is put back after each call.

service <- new.env(parent = emptyenv())
service$loaded <- FALSE
service$starting <- FALSE

isService <- function() service$loaded || service$starting

loadService <- function(request) {
  service$starting <- TRUE
  service$outputs <- request[[5L]]
  service$outputFiles <- request[[6L]]
  failure <- restoreWorkspace(request[[7L]])
  if (is.null(failure)) {
    layBaselineFiles(request[[8L]])
    failure <- attempt(function() {
      if (!is.null(request[[4L]])) evaluate(compiled(parseCode(request[[4L]], keep.source = FALSE)))
      statements <- parseCode(request[[3L]], keep.source = FALSE)
      service$code <- compiled(statements)
      attachLeading(statements)
    })
    finishPlots()
    if (!filesUntouched()) keepOwnCopy()
  }
  if (!pipesAreOpen()) reopenPipes()
  if (!is.null(failure)) return(failed(request[[2L]], failure))
  gc()
  remember()
  service$loaded <- TRUE
  done(request[[2L]])
}

restoreWorkspace <- function(path) {
  if (is.null(path)) return(NULL)
  tryCatch({
    base::load(path, envir = globalenv())
    NULL
  }, error = function(e) list("unreadable", "The workspace of the snapshot could not be read."))
}

compiled <- function(statements)
  compiler::compile(as.call(c(quote(`{`), as.list(statements))), globalenv(), options = list(suppressAll = TRUE))

# Attaching and detaching a package costs some 5 ms. Those that the code attaches before it does anything else are
# attached already for every call, which makes no difference but that: each would do it first. What cannot be
# attached is left for the call to report.
attachLeading <- function(statements) {
  for (statement in as.list(statements)) {
    package <- attachedBy(statement)
    if (is.null(package)) break
    suppressWarnings(suppressMessages(require(package, character.only = TRUE)))
  }
}

# The package that a statement like library(rpart) or suppressMessages(require("rpart")) attaches, else NULL.
attachedBy <- function(statement) {
  if (!is.call(statement) || length(statement) != 2L || !is.name(statement[[1L]])) return(NULL)
  switch(as.character(statement[[1L]]),
    suppressPackageStartupMessages = , suppressMessages = , suppressWarnings = , invisible = attachedBy(statement[[2L]]),
    library = , require = if (is.name(statement[[2L]]) || is.character(statement[[2L]])) as.character(statement[[2L]])
  )
}

callService <- function(request) {
  if (!service$loaded) return(failed(request[[2L]], list("error", "No service has been loaded.")))
  .Internal(list2env(request[[3L]], globalenv()))
  seedIfUsed()
  failure <- attempt(runCode)
  finishPlots()
  untouched <- filesUntouched()
  changed <- if (untouched) character() else changedSince(folders$baselineFiles)
  files <- readOutputFiles(service$outputFiles, changed)
  if (!pipesAreOpen()) reopenPipes()
  send(encodeReply(request[[2L]], failure, answers$outputs, files, visible(changed), folders$consoleEnd))
  if (!putBack(untouched)) leave(70L)
}

runCode <- function() {
  evaluate(service$code)
  readOutputs(service$outputs)
}
