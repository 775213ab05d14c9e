# What user code prints goes straight to the console file, which is the process's stdout and stderr.

# The text R shows for an error at the prompt. Errors raised at the top level of user code name no call there;
# here R would name the eval() that runs the code.
errorText <- function(condition) {
  call <- conditionCall(condition)
  message <- conditionMessage(condition)
  if (is.null(call) || isTopLevel(call)) return(paste0("Error: ", message, "\n"))
  shown <- deparse(call, nlines = 1L)[[1L]]
  prefix <- paste0("Error in ", shown, " : ")
  width <- 14L + nchar(shown, "width", allowNA = TRUE, keepNA = FALSE) +
    nchar(firstLine(message), "width", allowNA = TRUE, keepNA = FALSE)
  paste0(prefix, if (is.na(width) || width > 77L) "\n  ", message, "\n")
}

firstLine <- function(message) sub("\n.*", "", message, useBytes = TRUE)

isTopLevel <- function(call) identical(call, topLevelCall)

# Set as a calling handler: keeps eval() out of the warnings of top-level code. With options(warn = 1), which is
# how workers start, R itself prints all others at once.
onWarning <- function(condition) {
  if (isTopLevel(conditionCall(condition)) && identical(getOption("warn"), 1L)) {
    writeError(paste0("Warning: ", conditionMessage(condition), "\n"))
    invokeRestart("muffleWarning")
  }
}

writeError <- function(text) cat(text, file = stderr(), sep = "")
