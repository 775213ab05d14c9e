# Frames of `u32 length (little-endian) | payload` on two named pipes; a payload is one object in R's serialization.

pipes <- new.env(parent = emptyenv())

# 64 KiB is what a pipe holds: asking for more at once would allocate it once per piece.
pieceBytes <- 65536L
maxFrameBytes <- 256 * 1024^2

# fifo() and not file() for reading: it keeps no buffer of its own, so a request that already waits in the pipe
# survives user code that closes all connections.
openPipes <- function(requests, replies) {
  pipes$requestsPath <- requests
  pipes$repliesPath <- replies
  reopenPipes()
}

reopenPipes <- function() {
  requests <- fifo(pipes$requestsPath, "rb", blocking = TRUE)
  replies <- file(pipes$repliesPath, "wb", raw = TRUE)
  pipes$requests <- requests
  pipes$replies <- replies
  pipes$numbers <- c(requests, replies)
  pipes$ids <- list(attr(requests, "conn_id"), attr(replies, "conn_id"))
}

# User code may have closed our connections (closeAllConnections()) and opened others under the same numbers.
pipesAreOpen <- function() {
  numbers <- pipes$numbers
  !anyNA(match(numbers, .Internal(getAllConnections()))) &&
    identical(attr(.Internal(getConnection(numbers[[1L]])), "conn_id"), pipes$ids[[1L]]) &&
    identical(attr(.Internal(getConnection(numbers[[2L]])), "conn_id"), pipes$ids[[2L]])
}

# .Internal(readBin(connection, what, n, size, signed, swap)) and .Internal(writeBin(object, connection, size, swap,
# useBytes)) are what readBin() and writeBin() come to after 4 us of looking at their arguments.
receive <- function() unserialize(receiveBytes(readLength()))

readLength <- function() {
  length <- .Internal(readBin(pipes$requests, "integer", 1L, 4L, TRUE, FALSE))
  if (length(length) == 0L) leave(0L) # the compute node is gone
  length
}

receiveBytes <- function(count) {
  piece <- .Internal(readBin(pipes$requests, "raw", min(count, pieceBytes), 1L, TRUE, FALSE))
  if (length(piece) == count) return(piece)
  pieces <- list(piece)
  repeat {
    if (length(piece) == 0L) leave(0L)
    count <- count - length(piece)
    if (count == 0) return(do.call(c, pieces))
    piece <- .Internal(readBin(pipes$requests, "raw", min(count, pieceBytes), 1L, TRUE, FALSE))
    pieces[[length(pieces) + 1L]] <- piece
  }
}

# Version 2 because version 3 may write sequences and strings in representations only R understands.
encode <- function(reply) serialize(reply, NULL, xdr = FALSE, version = 2L)

send <- function(payload) {
  replies <- pipes$replies
  .Internal(writeBin(length(payload), replies, 4L, FALSE, FALSE))
  .Internal(writeBin(payload, replies, 1L, FALSE, FALSE))
  .Internal(flush(replies))
}

# The real quit(): the name itself is masked for user code. Nobody else's exit hooks run.
leave <- function(status) .Internal(quit("no", status, FALSE))
