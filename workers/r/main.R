# The R worker: base R only, started with `R --no-echo --vanilla -f main.R --args <folder of the sources> <pipe of
# requests> <pipe of replies> <console file> <TMPDIR>`. Its functions live in an environment of their own whose parent is base,
# so that nothing user code defines can stand in their way, and nothing of theirs shows up in the workspace.
# Nothing may follow the last expression: what user code reads from "standard input" is the rest of this file.
local({
  arguments <- commandArgs(trailingOnly = TRUE)
  worker <- new.env(parent = baseenv())
  for (file in c("frames", "console", "evaluate", "masks", "plots", "files", "convert", "random", "restore",
                 "service", "session", "workspace", "serve"))
    sys.source(file.path(arguments[[1L]], paste0(file, ".R")), worker, keep.source = FALSE)
  worker$serve(requests = arguments[[2L]], replies = arguments[[3L]], console = arguments[[4L]],
               temporary = arguments[[5L]])
})
