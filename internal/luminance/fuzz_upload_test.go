package luminance

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
)

var errSource = errors.New("the source went away")

// body is a source of so many bytes that ends as it is told.
type body struct {
	data   []byte
	sizes  []byte // of its reads, over and over
	end    error  // io.EOF, or what it fails with
	joined bool   // the end comes with the last bytes
	idle   bool   // every other read gives nothing

	reads int
	ended bool
}

func (b *body) Read(p []byte) (int, error) {
	b.reads++
	if b.idle && b.reads%2 == 0 {
		return 0, nil
	}
	n := min(len(p), len(b.data), sizeOf(b.sizes, b.reads))
	copy(p, b.data[:n])
	b.data = b.data[n:]
	if len(b.data) == 0 && (n == 0 || b.joined) {
		b.ended = true
		return n, b.end
	}
	return n, nil
}

// sizeOf is the length of the n-th read: from 1 byte to more than two blocks.
func sizeOf(sizes []byte, n int) int {
	if len(sizes) == 0 {
		return blockSize
	}
	return 1 + int(sizes[n%len(sizes)])*int(sizes[n%len(sizes)])
}

// How a body behaves.
const (
	fails = 1 << iota
	joins
	idles
	endsEarly // fails with the error of an early end, as a broken connection does
)

// newBody makes a body that gives as many bytes more, or fewer, than it should, and tells what it should give
// and whether it is sound.
func newBody(size uint32, more int16, behaviour uint8, sizes []byte) (b *body, want []byte, sound bool) {
	want = make([]byte, size%(3*blockSize+7))
	for i := range want {
		want[i] = byte(i*7 + i>>8 + int(size))
	}
	b = &body{data: want, sizes: sizes, end: io.EOF, joined: behaviour&joins != 0, idle: behaviour&idles != 0}
	if more < 0 {
		b.data = want[:max(0, len(want)+int(more))]
	} else if more > 0 {
		b.data = append(bytes.Clone(want), make([]byte, more)...)
	}
	if behaviour&fails != 0 {
		b.end = errSource
	} else if behaviour&endsEarly != 0 {
		b.end = io.ErrUnexpectedEOF
	}
	return b, want, len(b.data) == len(want) && errors.Is(b.end, io.EOF)
}

func addBodies(f *testing.F) {
	for _, size := range []uint32{0, 1, 2, 3, 4, blockSize - 1, blockSize, blockSize + 1, 2 * blockSize, 3*blockSize + 2} {
		for _, more := range []int16{0, -1, 1, -30_000} {
			for _, behaviour := range []uint8{0, fails, joins, joins | fails, idles, endsEarly} {
				f.Add(size, more, behaviour, []byte{200, 3, 100}, []byte{255, 1})
			}
		}
	}
}

// Of a body of any kind, read in pieces of any size: the stream is its base64, of exactly the length that was
// announced. Its last block never leaves before the body has ended, without an error, exactly where it should.
func FuzzEncoder(f *testing.F) {
	addBodies(f)
	f.Fuzz(func(t *testing.T, size uint32, more int16, behaviour uint8, sizes, reads []byte) {
		src, want, sound := newBody(size, more, behaviour, sizes)
		whole := base64.StdEncoding.EncodeToString(want)
		if int64(len(whole)) != encodedLength(int64(len(want))) {
			t.Fatalf("%d bytes are %d in base64, announced %d", len(want), len(whole), encodedLength(int64(len(want))))
		}
		last := len(want) % blockSize
		if last == 0 {
			last = min(blockSize, len(want))
		}
		held := len(whole) - base64.StdEncoding.EncodedLen(last) // where the last block begins
		e := newEncoder(src, int64(len(want)))
		out, buffer := 0, make([]byte, 1<<16+1)
		var err error
		for n := 0; err == nil; n++ {
			into := buffer[:sizeOf(reads, n)-n%2] // now and then none at all
			var got int
			got, err = e.Read(into)
			if got < 0 || got > len(into) || out+got > len(whole) || string(into[:got]) != whole[out:out+got] {
				t.Fatalf("read %d into %d bytes after %d of %d, or others than there are", got, len(into), out, len(whole))
			}
			if out += got; out > held && (!src.ended || !sound) {
				t.Fatalf("%d of %d bytes left before the body ended well", out, len(whole))
			}
		}
		_, again := e.Read(buffer)
		switch {
		case sound && (err != io.EOF || out != len(whole) || e.failure() != nil): //nolint:errorlint // a Reader ends with io.EOF itself
			t.Fatalf("%d of %d bytes, then %v", out, len(whole), err)
		case !sound && (errors.Is(err, io.EOF) || e.failure() == nil || err.Error() != again.Error()):
			t.Fatalf("an unsound body ends with %v, then %v", err, again)
		case !sound && errors.Is(src.end, errSource) && more <= 0 && !errors.Is(err, errSource):
			t.Fatalf("the body's own error is lost: %v", err)
		}
		e.release()
		if _, err := e.Read(buffer); !errors.Is(err, http.ErrBodyReadAfterClose) {
			t.Fatalf("after the end it gives %v", err)
		}
	})
}

// The same through net/http on both ends: a server stores the document, every byte of it, or sees the request
// break off; and what Upload returns tells which.
func FuzzUpload(f *testing.F) {
	addBodies(f)
	f.Fuzz(func(t *testing.T, size uint32, more int16, behaviour uint8, sizes, _ []byte) {
		src, want, sound := newBody(size, more, behaviour, sizes)
		var got []byte
		landed := false
		network := serve(t, func(w http.ResponseWriter, r *http.Request) {
			data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding.Strict(), r.Body))
			if err != nil || r.ContentLength != encodedLength(int64(len(want))) {
				panic(http.ErrAbortHandler) // not whole, so no document
			}
			got, landed = data, true
			_, _ = io.WriteString(w, `{"id":369994}`)
		})
		c := newFuzzClient(t, &http.Transport{DialContext: network.dial, DisableKeepAlives: true}, func(o *Options) { o.BaseURL = "http://127.0.0.1" })
		doc, err := c.Upload(t.Context(), Upload{Division: 4, Folder: 52, Name: "MSA.pdf", Size: int64(len(want)), Body: src})
		reads := src.reads
		network.open.Wait() // until the server is done with it
		switch {
		case landed != sound || landed && !bytes.Equal(got, want):
			t.Errorf("%d bytes landed: %t, sound: %t", len(got), landed, sound)
		case sound && (err != nil || doc.ID != 369994):
			t.Errorf("document %+v, %v", doc, err)
		case !sound && (ClassOf(err) != Aborted || Uncertain(err)):
			t.Errorf("an unsound body gives %v", err)
		}
		if src.reads != reads {
			t.Error("the body was read after Upload returned")
		}
	})
}

// serve leads to a handler, through net/http but not through the machine's ports, of which there are not enough.
func serve(t *testing.T, handle http.HandlerFunc) *network {
	t.Helper()
	n := &network{accepted: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handle}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(n)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return n
}

// network is a listener for connections of this process.
type network struct {
	accepted chan net.Conn
	closed   chan struct{}
	open     sync.WaitGroup // the server's ends of connections
}

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	n.open.Add(1)
	select {
	case n.accepted <- &accepted{Conn: there, done: sync.OnceFunc(n.open.Done)}:
		return here, nil
	case <-ctx.Done():
		n.open.Done()
		return nil, ctx.Err()
	}
}

func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.accepted:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error {
	close(n.closed) // once, by the server
	return nil
}

func (n *network) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

type accepted struct {
	net.Conn
	done func()
}

func (a *accepted) Close() error {
	defer a.done()
	return a.Conn.Close()
}
