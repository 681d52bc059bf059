package luminance_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// pipes is a listener whose connections hold nothing between their ends: what one end doesn't read, the other
// can't write. In a bubble all of it stands still until time passes.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours, nil
}

// watched is a client in a bubble, whose watchdog has the default limits, of a server with a handler. Tokens
// need no server.
func watched(t *testing.T, handle http.HandlerFunc) *luminance.Client {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	ctx, hangUp := context.WithCancel(context.Background())
	server := &http.Server{
		Handler: handle, ReadHeaderTimeout: time.Hour, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(p) // until it is closed
	}()
	transport := &http.Transport{DialContext: p.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		hangUp()
		close(p.closed)
		_ = server.Close()
		<-ended
		synctest.Wait()
	})
	c, err := luminance.New(luminance.Options{
		BaseURL:    "http://127.0.0.1",
		HTTPClient: &http.Client{Transport: &luminance.Watchdog{Base: transport}},
		Tokens:     bearer.NewSource(fixedToken),
		RetryDelay: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// trickle gives a byte at a time and waits before each.
type trickle struct {
	from io.Reader
	wait func()
}

func (r *trickle) Read(p []byte) (int, error) {
	r.wait()
	return r.from.Read(p[:min(1, len(p))])
}

func every(d time.Duration) func() { return func() { time.Sleep(d) } }

const (
	slowly = 2*time.Minute - time.Second // from byte to byte
	late   = 5*time.Minute - time.Second // until the answer begins
)

// A transfer may take for ever, as long as something moves; and however long our own side takes.
func TestASlowTransferIsNotEnded(t *testing.T) {
	data := pattern(300)
	for name, tc := range map[string]struct {
		body   io.Reader
		handle http.HandlerFunc
	}{
		"the source is slow": {
			&trickle{bytes.NewReader(data), every(time.Hour)},
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, aDocument)
			},
		},
		"the instance takes it slowly": {
			bytes.NewReader(data),
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, &trickle{r.Body, every(slowly / 4096)}) // its buffer takes 4 KiB at a time
				_, _ = io.WriteString(w, aDocument)
			},
		},
		"the answer is late": {
			bytes.NewReader(data),
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				time.Sleep(late)
				_, _ = io.WriteString(w, aDocument)
			},
		},
		"the answer is slow": {
			bytes.NewReader(data),
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				for i := range len(aDocument) {
					time.Sleep(slowly)
					_, _ = io.WriteString(w, aDocument[i:i+1])
					_ = http.NewResponseController(w).Flush()
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := watched(t, tc.handle)
				began := time.Now()
				document, err := c.Upload(t.Context(), luminance.Upload{Division: 4, Folder: 52, Name: "MSA.pdf", Size: int64(len(data)), Body: tc.body})
				if err != nil || !document.Found() {
					t.Errorf("after %s: document %+v, error %v", time.Since(began), document, err)
				}
			})
		})
	}
}

// A transfer of which nothing moves any more is ended, and whether it may have been done is told.
func TestAStalledTransferIsEnded(t *testing.T) {
	const size = 100_000
	gone := func(r *http.Request) { <-r.Context().Done() } // until the test is over
	for name, tc := range map[string]struct {
		handle    http.HandlerFunc
		after     time.Duration
		uncertain bool
	}{
		"nothing is taken": {func(_ http.ResponseWriter, r *http.Request) {
			gone(r)
		}, 2 * time.Minute, false},
		"no more is taken": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.CopyN(io.Discard, r.Body, size/2)
			gone(r)
		}, 2 * time.Minute, false},
		"no answer comes": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			gone(r)
		}, 5 * time.Minute, true},
		"the answer stops": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, aDocument[:20])
			_ = http.NewResponseController(w).Flush()
			gone(r)
		}, 2 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := watched(t, tc.handle)
				began := time.Now()
				_, err := c.Upload(t.Context(), upload("MSA.pdf", pattern(size)))
				e := wantClass(t, err, luminance.Transient)
				if e.Uncertain != tc.uncertain || !strings.Contains(err.Error(), "stalled") {
					t.Errorf("uncertain %t, want %t: %v", e.Uncertain, tc.uncertain, err)
				}
				if took := time.Since(began); took != tc.after {
					t.Errorf("ended after %s, want %s", took, tc.after)
				}
			})
		})
	}
}

// A listing that stalls is ended and asked for again; a slow one is read to its end.
func TestAStalledListingIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int64
		c := watched(t, func(w http.ResponseWriter, r *http.Request) {
			try := tries.Add(1)
			_, _ = io.WriteString(w, "["+aFolder)
			_ = http.NewResponseController(w).Flush()
			if try == 1 {
				<-r.Context().Done()
				return
			}
			time.Sleep(slowly)
			_, _ = io.WriteString(w, "]")
		})
		n := 0
		for _, err := range c.Folders(t.Context(), 4) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 1 || tries.Load() != 2 {
			t.Errorf("%d folders in %d tries", n, tries.Load())
		}
	})
}

// Over a real connection, whose buffers take a part of what the instance doesn't.
func TestAStalledUploadIsEndedOnTheNetwork(t *testing.T) {
	ended := make(chan error, 1)
	release := make(chan struct{})
	i := newInstance(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 1000)
		<-release
		_, err := io.Copy(io.Discard, r.Body)
		ended <- err
	})
	c := i.client(t, func(o *luminance.Options) {
		o.HTTPClient = &http.Client{Transport: &luminance.Watchdog{Base: i.Client().Transport, Idle: 50 * time.Millisecond}}
	})
	const size = 64 << 20
	_, err := c.Upload(t.Context(), luminance.Upload{
		Division: 4, Folder: 52, Name: "MSA.pdf", Size: size, Body: io.LimitReader(zeros{}, size),
	})
	if e := wantClass(t, err, luminance.Transient); e.Uncertain || !strings.Contains(err.Error(), "stalled") {
		t.Errorf("error %v", err)
	}
	close(release)
	if err := <-ended; err == nil {
		t.Error("the server took it for whole")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func fixedToken(context.Context) (*oauth2.Token, error) {
	return &oauth2.Token{AccessToken: "fixed"}, nil
}
