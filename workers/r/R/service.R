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
      if (!is.null(request[[4L]])) evaluate(compiled(request[[4L]]))
      service$code <- compiled(request[[3L]])
      NULL
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

compiled <- function(code) {
  statements <- parseCode(code, keep.source = FALSE)
  compiler::compile(as.call(c(quote(`{`), as.list(statements))), globalenv(), options = list(suppressAll = TRUE))
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
