# Objects and workspaces as .RData files, the format of save().

listObjects <- function(request) done(request[[2L]], names = ls(globalenv()))

saveObject <- function(request) {
  name <- request[[3L]]
  if (!exists(name, envir = globalenv(), inherits = FALSE)) return(failed(request[[2L]], noSuchObject(name)))
  save(list = name, file = request[[4L]], envir = globalenv())
  done(request[[2L]])
}

removeObject <- function(request) {
  name <- request[[3L]]
  if (!exists(name, envir = globalenv(), inherits = FALSE)) return(failed(request[[2L]], noSuchObject(name)))
  rm(list = name, envir = globalenv())
  done(request[[2L]])
}

noSuchObject <- function(name) list("notFound", paste0("There is no object \"", name, "\" in the workspace."))

# A saved object of another name is bound to the name asked for; of several, one must have that name, and all are
# loaded; the output of saveRDS() is one object without a name.
loadObject <- function(request) {
  name <- request[[3L]]
  found <- readObjects(request[[4L]], name)
  if (is.null(found))
    return(failed(request[[2L]], list("unreadable", "The file holds no R object written by save() or saveRDS().")))
  if (length(found) == 1L) names(found) <- name
  if (!name %in% names(found))
    return(failed(request[[2L]], list("unreadable", paste0("The file holds several objects, but none called \"", name,
                                                           "\"."))))
  list2env(found, globalenv())
  done(request[[2L]])
}

readObjects <- function(path, name) {
  loaded <- new.env(parent = emptyenv())
  suppressWarnings(tryCatch({
    base::load(path, envir = loaded)
    as.list(loaded, all.names = TRUE)
  }, error = function(e) tryCatch(structure(list(readRDS(path)), names = name), error = function(e) NULL)))
}

# The state of the random numbers is not part of a snapshot.
saveWorkspace <- function(request) {
  save(list = setdiff(ls(globalenv(), all.names = TRUE), ".Random.seed"), file = request[[3L]], envir = globalenv())
  done(request[[2L]])
}

loadWorkspace <- function(request) {
  failure <- restoreWorkspace(request[[3L]])
  if (is.null(failure)) done(request[[2L]]) else failed(request[[2L]], failure)
}

collect <- function(request) {
  gc()
  done(request[[2L]])
}
