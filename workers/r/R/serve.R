# One request, one reply, in order, until the compute node closes the pipe.
# Requests and replies are unnamed lists; workers/protocol/README.md says what stands where.

serve <- function(requests, replies, console, temporary) {
  options(warn = 1, bitmapType = "cairo")
  .libPaths(getwd()) # install.packages() without lib goes where the session's files are, and so into its snapshots
  watchFiles(console, temporary)
  maskInteractive()
  useDefaultDevice()
  openPipes(requests, replies)
  # From here on the worker may be given work and interrupted, also while it still compiles.
  suspendInterrupts({
    send(encode(list("ready", 0, paste0(R.version$major, ".", R.version$minor), Sys.getpid())))
    compileHotPath()
    repeat answer(receive())
  })
}

# R compiles a function when it has run twice, which would fall into the first calls: 28 ms in all.
compileHotPath <- function() {
  own <- environment(answer)
  for (name in c("answer", "callService", "attempt", "guarded", "watched", "evaluate", "runCode", "readOutputs",
                 "finishPlots", "filesUntouched", "fileState", "pipesAreOpen", "readOutputFiles", "encodeReply",
                 "encode", "send", "receive", "receiveBytes", "readLength", "putBack", "restoreGenerators",
                 "removeNewObjects", "processState", "seedIfUsed"))
    assign(name, compiler::cmpfun(own[[name]]), envir = own)
}

# Errors in `reporting` ones come from files or full disks and leave the worker as it was. The others catch what user
# code does; if one of them fails nevertheless, the worker ends and is replaced.
answer <- function(request) {
  switch(request[[1L]],
    call = callService(request),
    load = loadService(request),
    execute = execute(request),
    listObjects = listObjects(request),
    saveObject = reporting(saveObject, request),
    loadObject = reporting(loadObject, request),
    removeObject = removeObject(request),
    saveWorkspace = reporting(saveWorkspace, request),
    loadWorkspace = reporting(loadWorkspace, request),
    collect = collect(request)
  )
}

reporting <- function(handler, request)
  tryCatch(handler(request), error = function(e) failed(request[[2L]], list("error", conditionMessage(e))))

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
