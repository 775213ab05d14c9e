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
  pipes$requests <- fifo(pipes$requestsPath, "rb", blocking = TRUE)
  pipes$replies <- file(pipes$repliesPath, "wb", raw = TRUE)
  pipes$ids <- list(attr(pipes$requests, "conn_id"), attr(pipes$replies, "conn_id"))
}

# User code may have closed our connections (closeAllConnections()) and opened others under the same numbers.
pipesAreOpen <- function() {
  open <- .Internal(getAllConnections())
  all(c(pipes$requests, pipes$replies) %in% open) &&
    identical(pipes$ids, list(attr(getConnection(pipes$requests), "conn_id"),
                              attr(getConnection(pipes$replies), "conn_id")))
}

receive <- function() unserialize(receiveBytes(readLength()))

readLength <- function() {
  bytes <- receiveBytes(4L)
  readBin(bytes, "integer", 1L, endian = "little")
}

receiveBytes <- function(count) {
  piece <- readBin(pipes$requests, "raw", min(count, pieceBytes))
  if (length(piece) == count) return(piece)
  pieces <- list(piece)
  repeat {
    if (length(piece) == 0L) leave(0L) # the compute node is gone
    count <- count - length(piece)
    if (count == 0) return(do.call(c, pieces))
    piece <- readBin(pipes$requests, "raw", min(count, pieceBytes))
    pieces[[length(pieces) + 1L]] <- piece
  }
}

# Version 2 because version 3 may write sequences and strings in representations only R understands.
encode <- function(reply) serialize(reply, NULL, xdr = FALSE, version = 2L)

send <- function(payload) {
  writeBin(length(payload), pipes$replies, endian = "little")
  writeBin(payload, pipes$replies)
  flush(pipes$replies)
}

# The real quit(): the name itself is masked for user code. Nobody else's exit hooks run.
leave <- function(status) .Internal(quit("no", status, FALSE))
