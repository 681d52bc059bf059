package main

import (
	"io"
	"os"
)

// keys hands what a person types to one reader after the other. Forms that read the terminal themselves swallow the first
// key of the next one, which is typed while they are still on their way out.
type keys struct {
	terminal *os.File
	typed    chan []byte
}

// newKeys reads a terminal from now on, until the program ends.
func newKeys(terminal *os.File) *keys {
	k := &keys{terminal: terminal, typed: make(chan []byte)}
	go func() {
		defer close(k.typed)
		for {
			const most = 256
			some := make([]byte, most)
			n, err := terminal.Read(some)
			if n > 0 {
				k.typed <- some[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return k
}

// reader gets what is typed until done is closed.
func (k *keys) reader(done <-chan struct{}) io.Reader {
	return &keyReader{from: k, done: done}
}

// keyReader looks like the terminal, whose mode a form changes while it is there; but for its name, or it would be read
// directly.
type keyReader struct {
	from *keys
	done <-chan struct{}
	rest []byte
}

// Read waits for a key.
func (r *keyReader) Read(into []byte) (int, error) {
	if len(r.rest) == 0 {
		select {
		case <-r.done:
			return 0, io.EOF
		case typed, more := <-r.from.typed:
			if !more {
				return 0, io.EOF
			}
			r.rest = typed
		}
	}
	n := copy(into, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Fd is the terminal's.
func (r *keyReader) Fd() uintptr { return r.from.terminal.Fd() }

// Write writes to the terminal.
func (r *keyReader) Write(text []byte) (int, error) { return r.from.terminal.Write(text) }

// Close leaves the terminal to the next reader.
func (r *keyReader) Close() error { return nil }
