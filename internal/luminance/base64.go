package luminance

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// blockSize is how many bytes are encoded at a time: a multiple of three, so
// that only the last block is padded, and small enough to be nothing.
const blockSize = 24 << 10

// encodedLength is the length of n bytes in base64 (standard alphabet, padded,
// no line breaks: inferred, Luminance API v1.5 only says base64).
func encodedLength(n int64) int64 { return (n + 2) / 3 * 4 }

// maxSize is the largest size whose encoded length still is an int64.
const maxSize = (1<<63-1)/4*3 - 3

// encoder streams a document of a known size in base64. It holds its last
// block back until the source has ended without an error, exactly where it
// should: a source that fails, stops early or goes on leaves the request short
// of its Content-Length, and no server takes it for a document.
type encoder struct {
	size int64

	mu      sync.Mutex // held while the source is read
	src     io.Reader
	left    int64 // bytes that the source still owes
	ended   bool
	block   *block // nil once it was released
	pending []byte // of block.encoded
	err     error  // what the source did wrong

	closed atomic.Bool
}

// block is what is encoded at a time. Small documents need no more than one, so blocks are used again.
type block struct {
	raw     [blockSize]byte
	encoded [blockSize / 3 * 4]byte
}

var blocks = sync.Pool{New: func() any { return new(block) }}

func newEncoder(src io.Reader, size int64) *encoder {
	return &encoder{src: src, size: size, left: size, block: blocks.Get().(*block)}
}

// Read gives encoded bytes.
func (e *encoder) Read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	if len(p) == 0 {
		return 0, nil
	}
	if len(e.pending) == 0 && e.err == nil && !e.ended {
		e.err = e.fill()
	}
	if e.err != nil {
		return 0, e.err
	}
	if len(e.pending) == 0 {
		return 0, io.EOF
	}
	n := copy(p, e.pending)
	e.pending = e.pending[n:]
	return n, nil
}

// fill encodes the next block, and the last one only once the source ended.
func (e *encoder) fill() error {
	raw := e.block.raw[:min(blockSize, e.left)]
	n, err := io.ReadFull(e.src, raw)
	e.left -= int64(n)
	switch err { // not errors.Is: a source's own error may wrap these
	case nil:
	case io.EOF, io.ErrUnexpectedEOF:
		return fmt.Errorf("the body ended after %d of %d bytes: %w", e.size-e.left, e.size, io.ErrUnexpectedEOF)
	default:
		return err
	}
	if e.left == 0 {
		if err := atEnd(e.src); err != nil {
			return err
		}
		e.ended = true
	}
	encodeBase64(e.block.encoded[:], raw)
	e.pending = e.block.encoded[:encodedLength(int64(n))]
	return nil
}

// Close ends the reading. It does not wait for a read that is under way, since
// the transport calls it where it must not block; see release.
func (e *encoder) Close() error {
	e.closed.Store(true)
	return nil
}

// release closes and waits until the source is not being read any more. A
// transport may go on reading after it has given an answer.
func (e *encoder) release() {
	e.closed.Store(true)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.block != nil {
		blocks.Put(e.block)
		e.block, e.pending = nil, nil
	}
}

// failure gives what the source did wrong, if anything.
func (e *encoder) failure() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

var errTooLong = errors.New("the body goes on after its stated size")

// atEnd makes sure that a reader has ended, and well.
func atEnd(r io.Reader) error {
	var one [1]byte
	for range 100 {
		switch n, err := r.Read(one[:]); {
		case n > 0:
			return errTooLong
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
	return io.ErrNoProgress
}
