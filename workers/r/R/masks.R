# Functions that make no sense without a terminal: quit, q, browser, help. Replaced where they live, so that
# base::quit() is masked as well.

maskInteractive <- function() {
  replaceBinding("quit", masked$quit, baseenv())
  replaceBinding("q", masked$quit, baseenv())
  replaceBinding("browser", masked$browser, baseenv())
  replaceBinding("help", masked$help, asNamespace("utils"))
  replaceBinding("help", masked$help, as.environment("package:utils"))
}

replaceBinding <- function(name, value, environment) {
  unlockBinding(name, environment)
  assign(name, value, envir = environment)
  lockBinding(name, environment)
}

masked <- list(
  # In a service quit() ends the call. The condition is of class interrupt, so that neither try() nor
  # tryCatch(error = ) in user code stops it.
  quit = function(save = "default", status = 0, runLast = TRUE) {
    if (isService())
      signalCondition(structure(class = c("plinthQuit", "interrupt", "condition"), list(message = "quit", call = NULL)))
    writeError("quit() has no effect in a remote session. Close the session instead.\n")
    invisible(NULL)
  },
  browser = function(text = "", condition = NULL, expr = TRUE, skipCalls = 0L) {
    writeError("browser() is not available here.\n")
    invisible(NULL)
  },
  help = function(...) {
    writeError("help() is not available here.\n")
    invisible(NULL)
  }
)
