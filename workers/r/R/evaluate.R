# Runs `action` (user code) with interrupts allowed. Returns what it returns: NULL when all is well, else
# list(reason, message); the same for errors and interrupts.
# Everywhere else in the worker interrupts are suspended. One that arrived while the worker was idle is still pending
# when the next job starts: Sys.sleep(0) takes delivery of it before the code begins (0.6 us), and the job is started anew.

clock <- new.env(parent = emptyenv())

# How the frame that runs user code looks to R when it names the origin of a condition.
topLevelCall <- quote(eval(expression, globalenv()))

evaluate <- function(expression) eval(expression, globalenv())

attempt <- function(action) {
  started <- FALSE
  repeat {
    failure <- tryCatch({
      allowInterrupts({
        Sys.sleep(0)
        started <- TRUE
        clock$began <- .Internal(Sys.time())
        withCallingHandlers(action(), warning = onWarning)
      })
    }, error = onError, interrupt = onInterrupt)
    if (started) break
  }
  clock$elapsed <- (.Internal(Sys.time()) - clock$began) * 1e6
  .Internal(setTimeLimit(Inf, Inf, FALSE)) # 0.6 us; a limit of this job must not hit a later one
  .Internal(setSessionTimeLimit(Inf, Inf))
  .Internal(printDeferredWarnings())
  failure
}

onError <- function(condition) {
  writeError(errorText(condition))
  list("error", conditionMessage(condition))
}

onInterrupt <- function(condition) {
  if (inherits(condition, "plinthQuit")) list("quit", "The code called quit(), which ends the call.")
  else list("interrupted", "The execution was interrupted.")
}
