# Outputs on their way to the compute node. Its decoder knows factors, dates, frames and matrices; done here is
# only what needs R: local broken-down times become instants, and what could drag a whole environment along is refused.

unsendable <- c("closure", "builtin", "special", "environment", "S4", "externalptr", "weakref", "bytecode",
                "promise", "symbol", "language", "expression", "pairlist", "complex")

whyUnsendable <- function(name, value)
  list("unsupported", paste0("The output \"", name, "\" is of type ", typeof(value), ", which cannot be returned. ",
                             "Vectors, matrices, data frames and lists can; in a session other objects can be fetched ",
                             "as workspace objects."))

portable <- function(value) {
  if (!is.list(value)) return(value)
  if (inherits(value, "POSIXlt")) return(as.POSIXct(value))
  nested <- which(vapply(value, is.list, NA, USE.NAMES = FALSE))
  if (length(nested) == 0L) return(value)
  unclassed <- unclass(value)
  unclassed[nested] <- lapply(unclassed[nested], portable)
  attributes(unclassed) <- attributes(value)
  unclassed
}

answers <- new.env(parent = emptyenv())

# Puts the values of the named objects of the workspace into `answers`; returns NULL, or why that is not possible.
readOutputs <- function(names) {
  values <- .Internal(mget(names, globalenv(), "any", list(missingOutput), FALSE))
  for (i in seq_along(values)) {
    value <- values[[i]]
    if (identical(value, missingOutput))
      return(list("missingOutput", paste0("The output \"", names[[i]], "\" does not exist after the run.")))
    if (typeof(value) %in% unsendable) return(whyUnsendable(names[[i]], value))
    if (is.list(value)) values[[i]] <- portable(value)
  }
  answers$outputs <- values
  NULL
}

missingOutput <- new.env(parent = emptyenv())
