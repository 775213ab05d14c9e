# Every call starts from fresh random numbers, and no two workers draw the same ones. R seeds itself from the clock
# and the process id when there is no .Random.seed, of which 16 bits differ between calls of one second; workers in
# separate namespaces even share process ids. So a service that draws is seeded from the system's source instead.

random <- new.env(parent = emptyenv())
random$seeds <- integer()
random$used <- FALSE

# Forgets what initCode or a workspace left, but keeps the generators it chose.
setBaselineGenerators <- function() {
  random$kinds <- RNGkind()
  set.seed(1L)
  random$code <- get(".Random.seed", envir = globalenv())[[1L]]
  forgetSeed()
}

forgetSeed <- function() suppressWarnings(rm(".Random.seed", envir = globalenv()))

seedIfUsed <- function() {
  if (!random$used) return()
  if (length(random$seeds) == 0L) {
    source <- file("/dev/urandom", "rb", raw = TRUE)
    on.exit(close(source))
    seeds <- readBin(source, "integer", 1024L)
    random$seeds <- seeds[!is.na(seeds)]
  }
  set.seed(random$seeds[[1L]])
  random$seeds <- random$seeds[-1L]
}

restoreGenerators <- function() {
  seed <- .Internal(get0(".Random.seed", globalenv(), "any", FALSE, NULL))
  if (is.null(seed)) return()
  random$used <- TRUE
  if (!identical(seed[[1L]], random$code)) do.call(RNGkind, as.list(random$kinds))
  forgetSeed()
}
