# What one call of a service did must be invisible to the next (decision 21). `remember` notes the state after
# loading; `putBack` compares it with the present one and repairs only what differs. Unchanged objects are the
# same pointers, so nothing is copied, and it costs 14 us when nothing happened; the reply has been sent before it
# starts. (What a call pays before its reply: 6 us for catching conditions, 4 for the stat of the files, 2 for the pipes.)

remembered <- new.env(parent = emptyenv())

remember <- function() {
  setBaselineGenerators()
  remembered$objects <- as.list.environment(globalenv(), all.names = TRUE)
  remembered$names <- names(remembered$objects)
  remembered$process <- processState()
  remembered$connections <- foreignConnections()
}

# Options, environment, working directory, search path, connections, sinks, library paths, locale, umask.
processState <- function() {
  list(
    as.vector(.Options, "list"),
    .Internal(Sys.getenv(character(), "")),
    .Internal(getwd()),
    .Internal(search()),
    .Internal(getAllConnections()),
    .Internal(sink.number(TRUE)),
    .Internal(sink.number(FALSE)),
    libraryPaths$.lib.loc,
    .Internal(Sys.getlocale(1L)),
    .Internal(Sys.umask(NA_integer_))
  )
}

# The pipes are opened anew when user code closed them, under any numbers.
foreignConnections <- function() setdiff(.Internal(getAllConnections()), pipes$numbers)

# Options and variables that were removed and set again have changed places, which means nothing.
inOrder <- function(state) {
  state[[1L]] <- state[[1L]][order(names(state[[1L]]))]
  state[[2L]] <- sort(state[[2L]])
  state[[5L]] <- NULL # connections, compared apart
  state
}

libraryPaths <- environment(.libPaths)

# TRUE when everything is as it was; a worker that cannot promise that must be replaced.
putBack <- function(filesAreUntouched) {
  restoreGenerators()
  removeNewObjects()
  if (!identical(as.list.environment(globalenv(), all.names = TRUE), remembered$objects)) restoreObjects()
  if (!identical(processState(), remembered$process)) {
    suppressWarnings(suppressMessages(restoreProcess(remembered$process)))
    restored <- processState()
    if (!identical(inOrder(restored), inOrder(remembered$process)) ||
        !identical(foreignConnections(), remembered$connections)) return(FALSE)
    remembered$process <- restored
  }
  if (filesAreUntouched) return(TRUE)
  suppressWarnings(restoreFiles())
  filesUntouched()
}

removeNewObjects <- function() {
  present <- names(globalenv())
  added <- present[match(present, remembered$names, 0L) == 0L]
  if (length(added) == 0L) return()
  classes <- added[startsWith(added, ".__C__")]
  for (class in classes) methods::removeClass(substring(class, 7L), where = globalenv())
  .Internal(remove(added[added %in% names(globalenv())], globalenv(), FALSE))
}

# The order in which an environment lists its objects may change when it grows, so it is noted again.
restoreObjects <- function() {
  list2env(remembered$objects, globalenv())
  remembered$objects <- as.list.environment(globalenv(), all.names = TRUE)
  remembered$names <- names(remembered$objects)
}

restoreProcess <- function(state) {
  closeSinks()
  closeConnections()
  restoreSearchPath(state[[4L]])
  restoreOptions(state[[1L]])
  restoreVariables(state[[2L]])
  setwd(state[[3L]])
  assign(".lib.loc", state[[8L]], envir = libraryPaths)
  restoreLocale(state[[9L]])
  Sys.umask(state[[10L]])
}

closeSinks <- function() {
  while (sink.number() > 0L) sink()
  if (sink.number("message") != 2L) sink(type = "message")
}

closeConnections <- function() {
  for (number in setdiff(foreignConnections(), remembered$connections)) try(close(getConnection(number)), silent = TRUE)
}

restoreSearchPath <- function(known) {
  added <- function() {
    present <- search()
    which(!present %in% known | duplicated(present) & !duplicated(known)[match(present, known)])
  }
  while (length(at <- added()) > 0L) detach(pos = at[[1L]], character.only = TRUE, force = TRUE)
  for (name in rev(setdiff(known, search())))
    if (startsWith(name, "package:"))
      attachNamespace(substring(name, 9L), pos = match(name, known))
}

restoreOptions <- function(known) {
  present <- as.vector(.Options, "list")
  options(structure(rep(list(NULL), sum(!names(present) %in% names(known))),
                    names = setdiff(names(present), names(known))))
  changed <- !vapply(names(known), function(name) identical(present[[name]], known[[name]]), NA)
  options(known[changed])
}

restoreVariables <- function(known) {
  present <- .Internal(Sys.getenv(character(), ""))
  name <- function(variables) sub("=.*", "", variables)
  Sys.unsetenv(setdiff(name(present), name(known)))
  changed <- setdiff(known, present)
  if (length(changed) > 0L)
    do.call(Sys.setenv, structure(as.list(sub("^[^=]*=", "", changed)), names = name(changed)))
}

# "LC_CTYPE=C.UTF-8;LC_NUMERIC=C;..."; a single name when all categories agree.
restoreLocale <- function(known) {
  if (identical(Sys.getlocale(), known)) return()
  for (part in strsplit(known, ";", fixed = TRUE)[[1L]]) {
    pair <- strsplit(part, "=", fixed = TRUE)[[1L]]
    if (length(pair) == 1L) Sys.setlocale("LC_ALL", pair)
    else if (pair[[1L]] %in% localeCategories) Sys.setlocale(pair[[1L]], pair[[2L]])
  }
}

localeCategories <- c("LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "LC_PAPER",
                      "LC_MEASUREMENT")
