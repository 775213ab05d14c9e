# Plots drawn without opening a device become Rplot001.png, Rplot002.png, ... (400 by 400 pixels) in the working
# directory. They are drawn elsewhere first: a png() device numbers its pages from 1, and would overwrite earlier plots.

plots <- new.env(parent = emptyenv())
plots$opened <- 0L

useDefaultDevice <- function() options(device = openDefaultDevice)

openDefaultDevice <- function(...) {
  plots$opened <- plots$opened + 1L
  if (plots$opened == 1L) {
    plots$directory <- getwd()
    plots$drawings <- tempfile("plots")
    dir.create(plots$drawings)
  }
  pages <- file.path(plots$drawings, sprintf("device%03d-page%%05d.png", plots$opened))
  grDevices::png(pages, width = 400, height = 400)
}

# Closes what is open; most jobs draw nothing and pay two comparisons.
finishPlots <- function() {
  if (!identical(.Device, "null device")) grDevices::graphics.off()
  if (plots$opened == 0L) return()
  drawn <- sort(list.files(plots$drawings))
  number <- 0L
  for (page in drawn) {
    repeat {
      number <- number + 1L
      target <- file.path(plots$directory, sprintf("Rplot%03d.png", number))
      if (!file.exists(target)) break
    }
    file.copy(file.path(plots$drawings, page), target)
  }
  unlink(plots$drawings, recursive = TRUE)
  plots$opened <- 0L
}
