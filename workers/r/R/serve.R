# One request, one reply, in order, until the compute node closes the pipe.
# Requests and replies are unnamed lists; workers/protocol/README.md says what stands where.

serve <- function(requests, replies, console, temporary) {
  options(warn = 1, bitmapType = "cairo")
  .libPaths(getwd()) # install.packages() without lib goes where the session's files are, and so into its snapshots
  watchFiles(console, temporary)
  maskInteractive()
  useDefaultDevice()
  openPipes(requests, replies)
  send(encode(list("ready", 0, paste0(R.version$major, ".", R.version$minor), Sys.getpid())))
  suspendInterrupts(repeat answer(receive()))
}

answer <- function(request) handlers[[request[[1L]]]](request)

# Errors in these come from files or full disks and leave the worker as it was. The others catch what user code
# does; if one of them fails nevertheless, the worker ends and is replaced.
reporting <- function(handler) {
  force(handler)
  function(request)
    tryCatch(handler(request), error = function(e) failed(request[[2L]], list("error", conditionMessage(e))))
}

handlers <- list(
  load = loadService, call = callService, execute = execute, collect = collect, listObjects = listObjects,
  removeObject = removeObject, saveObject = reporting(saveObject), loadObject = reporting(loadObject),
  saveWorkspace = reporting(saveWorkspace), loadWorkspace = reporting(loadWorkspace)
)

done <- function(job, names = character()) {
  send(encode(list("done", job, consoleSize(), character(), 0, NULL, NULL, names)))
}

failed <- function(job, failure) {
  send(encode(list("failed", job, consoleSize(), character(), 0, failure[[1L]], failure[[2L]], NULL)))
}

# The reply to a call or an execution.
encodeReply <- function(job, failure, outputs, files, changed, consoleEnd) {
  payload <- encode(
    if (is.null(failure)) list("done", job, consoleEnd, changed, clock$elapsed, outputs, files, character())
    else list("failed", job, consoleEnd, changed, clock$elapsed, failure[[1L]], failure[[2L]], files)
  )
  if (length(payload) <= maxFrameBytes) return(payload)
  encode(list("failed", job, consoleEnd, changed, clock$elapsed, "unsupported",
              "The outputs and files together are larger than 256 MiB.", NULL))
}
