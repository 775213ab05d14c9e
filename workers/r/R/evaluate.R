# Runs `action` (user code) with interrupts allowed. Returns what it returns: NULL when all is well, else
# list(reason, message); the same for errors and interrupts.
# Everywhere else in the worker interrupts are suspended. One that arrived while the worker was idle is still pending
# when the next job starts: Sys.sleep(0) takes delivery of it before the code begins (0.6 us), and the job is started anew.

clock <- new.env(parent = emptyenv())

# How the frame that runs user code looks to R when it names the origin of a condition.
topLevelCall <- quote(eval(expression, globalenv()))

evaluate <- function(expression) eval(expression, globalenv())

# The statements of a program. An error names no call: it would be this one.
parseCode <- function(code, keep.source) {
  tryCatch(parse(text = code, keep.source = keep.source, encoding = "UTF-8"),
           error = function(e) stop(conditionMessage(e), call. = FALSE))
}

attempt <- function(action) {
  started <- FALSE
  repeat {
    outcome <- guarded({
      allowInterrupts({
        Sys.sleep(0)
        started <- TRUE
        clock$began <- .Internal(Sys.time())
        action()
      })
    })
    if (started) break
  }
  clock$elapsed <- (.Internal(Sys.time()) - clock$began) * 1e6
  .Internal(setTimeLimit(Inf, Inf, FALSE)) # a limit of this job must not hit a later one; 0.6 us
  .Internal(setSessionTimeLimit(Inf, Inf))
  .Internal(printDeferredWarnings())
  outcome
}

# tryCatch(error = , interrupt = ) around withCallingHandlers(warning = ), in the two calls they come to: 3 us instead
# of 13. When a condition ends the code, R makes this frame return list(condition, call, handler, ...), the condition
# being NULL or a text for R's own errors.
guarded <- function(code) {
  ended <- watched(list(code))
  if (length(ended) == 1L) return(ended[[1L]])
  condition <- ended[[1L]]
  if (is.null(condition)) condition <- simpleError(.Internal(geterrmessage()), ended[[2L]])
  else if (is.character(condition)) condition <- simpleError(condition, ended[[2L]])
  ended[[3L]](condition)
}

watched <- function(code) {
  .Internal(.addCondHands(c("error", "interrupt"), exitingHandlers, parent.frame(), environment(), FALSE))
  .Internal(.addCondHands("warning", callingHandlers, parent.frame(), NULL, TRUE))
  code
}

onError <- function(condition) {
  writeError(errorText(condition))
  list("error", conditionMessage(condition))
}

onInterrupt <- function(condition) {
  if (inherits(condition, "plinthQuit")) list("quit", "The code called quit(), which ends the call.")
  else list("interrupted", "The execution was interrupted.")
}

exitingHandlers <- list(onError, onInterrupt)
callingHandlers <- list(onWarning)
