# A worker that is one user's session: code runs statement by statement in the workspace, and everything stays.

execute <- function(request) {
  before <- listFiles()
  list2env(request[[4L]], globalenv())
  failure <- attempt(function() {
    runStatements(request[[3L]])
    readOutputs(request[[5L]])
  })
  finishPlots()
  if (!pipesAreOpen()) reopenPipes()
  send(encodeReply(request[[2L]], failure, answers$outputs, NULL, visible(changedSince(before)), consoleSize()))
}

# Sources are kept, so that a function prints as it was written.
runStatements <- function(code) {
  for (expression in parseCode(code, keep.source = TRUE)) {
    result <- withVisible(evaluate(expression))
    if (result$visible) printValue(result$value)
    .Internal(printDeferredWarnings())
  }
}

# As the prompt does it: methods of print() and show() for objects, the plain printer for the rest.
printValue <- function(value) {
  if (isS4(value)) methods::show(value)
  else if (is.object(value) || is.function(value))
    eval(quote(print(x)), list(x = value), globalenv())
  else print.default(value)
}
