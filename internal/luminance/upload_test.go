package luminance_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// plain hides everything of a reader but Read.
type plain struct{ io.Reader }

func upload(name string, data []byte) luminance.Upload {
	return luminance.Upload{Division: 4, Folder: 52, Name: name, Size: int64(len(data)), Body: plain{bytes.NewReader(data)}}
}

func pattern(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i*7 + i>>8)
	}
	return data
}

// Sizes around the blocks that are encoded at a time, and around base64's own.
func TestUploadArrivesWhole(t *testing.T) {
	const block = 24 << 10
	for _, size := range []int{0, 1, 2, 3, 4, block - 1, block, block + 1, 2 * block, 2*block + 2, 1 << 20} {
		data := pattern(size)
		var got []byte
		i := newInstance(t, func(w http.ResponseWriter, r *http.Request) {
			got, _ = io.ReadAll(base64.NewDecoder(base64.StdEncoding.Strict(), r.Body))
			_, _ = io.WriteString(w, aDocument)
		})
		u := upload("MSA.pdf", data)
		u.Body = iotest.HalfReader(bytes.NewReader(data))
		doc, err := i.client(t).Upload(t.Context(), u)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if !bytes.Equal(got, data) {
			t.Errorf("%d bytes: another document arrived", size)
		}
		s := i.seen()[0]
		if want := int64((size + 2) / 3 * 4); s.Length != want || s.Header.Get("Transfer-Encoding") != "" {
			t.Errorf("%d bytes: Content-Length %d, want %d", size, s.Length, want)
		}
		if doc.ID != 369994 || doc.State != luminance.StateImportPending || doc.Version != "1" || !doc.Found() {
			t.Errorf("%d bytes: document %+v", size, doc)
		}
	}
}

func TestUploadParameters(t *testing.T) {
	for _, replace := range []bool{false, true} {
		i := answering(t, http.StatusOK, aDocument)
		u := upload("Ärger + 50% & mehr?.pdf", []byte("x"))
		u.Replace, u.TaskIDs = replace, []int64{12, 13}
		if _, err := i.client(t).Upload(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		s := i.seen()[0]
		if s.Path != "/api2/projects/4/folders/52/upload" || s.Query.Get("name") != u.Name ||
			s.Query.Get("replace") != fmt.Sprint(replace) || fmt.Sprint(s.Query["task_id"]) != "[12 13]" {
			t.Errorf("sent %s with %v", s.Path, s.Query)
		}
	}
}

func TestUploadAnswers(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		found      bool
		uncertain  bool
	}{
		{"200 with the document", aDocument, 200, true, false},
		{"201 with the document", aDocument, 201, true, false},
		{"in an envelope", `{"document":` + aDocument + `}`, 200, true, false},
		{"a list of one", `[` + aDocument + `]`, 201, true, false},
		{"a list of one in an envelope", `[{"document":` + aDocument + `}]`, 201, true, false},
		{"201 and nothing", "", 201, false, false},
		{"201 and a line break", "\n", 201, false, false},
		{"200 and a page", "<html></html>", 200, false, true},
		{"200 and no document", `{}`, 200, false, true},
		{"another success", "", 202, false, true},
	} {
		i := answering(t, c.status, c.body)
		doc, err := i.client(t).Upload(t.Context(), upload("MSA.pdf", []byte("x")))
		if doc.Found() != c.found || luminance.Uncertain(err) != c.uncertain || (err != nil) != c.uncertain {
			t.Errorf("%s: document %+v, error %v", c.name, doc, err)
		}
	}
}

// What cannot work costs no request.
func TestUploadRefusesWhatCannotWork(t *testing.T) {
	i := answering(t, http.StatusOK, aDocument)
	for name, c := range map[string]struct {
		change func(*luminance.Upload)
		v      luminance.APIVersion
		class  luminance.Class
	}{
		"no name":                      {func(u *luminance.Upload) { u.Name = "" }, luminance.V15, luminance.Invalid},
		"no body":                      {func(u *luminance.Upload) { u.Body = nil }, luminance.V15, luminance.Invalid},
		"a negative size":              {func(u *luminance.Upload) { u.Size = -1 }, luminance.V15, luminance.Invalid},
		"a size beyond base64":         {func(u *luminance.Upload) { u.Size = 1<<63 - 1 }, luminance.V15, luminance.Invalid},
		"tasks where there are none":   {func(u *luminance.Upload) { u.TaskIDs = []int64{1} }, luminance.V14, luminance.Invalid},
		"an empty document that isn't": {func(u *luminance.Upload) { u.Size = 0 }, luminance.V15, luminance.Aborted},
	} {
		u := upload("MSA.pdf", []byte("x"))
		c.change(&u)
		_, err := i.client(t, version(c.v)).Upload(t.Context(), u)
		if e := wantClass(t, err, c.class); e.Uncertain {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := len(i.seen()); got != 0 {
		t.Errorf("%d requests", got)
	}
}

var errSource = errors.New("the source went away")

// A body that fails or has another length than it said never completes a
// request, be it at the very last moment.
func TestUploadBreaksOff(t *testing.T) {
	const size = 100_000
	data := pattern(size)
	after := func(n int, err error) io.Reader {
		return io.MultiReader(bytes.NewReader(data[:n]), iotest.ErrReader(err))
	}
	for name, body := range map[string]io.Reader{
		"fails at once":                       after(0, errSource),
		"fails in the middle":                 after(size/2, errSource),
		"fails before its last byte":          after(size-1, errSource),
		"fails after its last byte":           after(size, errSource),
		"fails with its last byte":            iotest.DataErrReader(after(size, errSource)),
		"ends at once":                        plain{bytes.NewReader(nil)},
		"ends in the middle":                  plain{bytes.NewReader(data[:size/2])},
		"lacks a byte":                        plain{bytes.NewReader(data[:size-1])},
		"has a byte more":                     plain{io.MultiReader(bytes.NewReader(data), strings.NewReader("x"))},
		"can be read again, and lacks a byte": bytes.NewReader(data[:size-1]),
		"can be read again, and has one more": bytes.NewReader(append(data, 'x')),
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			i := newInstance(t, func(_ http.ResponseWriter, r *http.Request) {
				_, err := io.Copy(io.Discard, r.Body)
				ended <- err
			})
			_, err := i.client(t).Upload(t.Context(), luminance.Upload{Division: 4, Folder: 52, Name: "MSA.pdf", Size: size, Body: body})
			if e := wantClass(t, err, luminance.Aborted); e.Uncertain {
				t.Errorf("nothing landed, so nothing is uncertain: %v", err)
			}
			if strings.HasPrefix(name, "fails") && !errors.Is(err, errSource) {
				t.Errorf("the cause is lost: %v", err)
			}
			if len(i.seen()) == 0 {
				return // broken off before anything left
			}
			if err := <-ended; err == nil {
				t.Error("the server took it for whole")
			}
		})
	}
}

// A revoked token costs a second request, not the document, if its body can be
// read again; else the caller has to begin anew.
func TestUploadWithARevokedToken(t *testing.T) {
	for _, again := range []bool{true, false} {
		var got []byte
		i := newInstance(t, func(w http.ResponseWriter, r *http.Request) {
			got, _ = io.ReadAll(base64.NewDecoder(base64.StdEncoding, r.Body))
			_, _ = io.WriteString(w, aDocument)
		})
		c := i.client(t)
		if _, err := c.Upload(t.Context(), upload("first.pdf", []byte("first"))); err != nil {
			t.Fatal(err)
		}
		i.revoke()
		data := []byte("the rest of it")
		u := upload("MSA.pdf", data)
		if again {
			body := bytes.NewReader(append([]byte("not this "), data...))
			_, _ = body.Seek(9, io.SeekStart)
			u.Body = body
		}
		_, err := c.Upload(t.Context(), u)
		if again {
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%q arrived, error %v", got, err)
			}
			continue
		}
		if e := wantClass(t, err, luminance.Auth); e.Uncertain {
			t.Errorf("a refusal is certain: %v", err)
		}
	}
}

// hangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, _ := w.(http.Hijacker).Hijack()
	_ = conn.Close()
}

// A write is uncertain if all of it left and no clear answer came, and only
// then.
func TestUncertainWrites(t *testing.T) {
	large := pattern(8 << 20)
	for _, c := range []struct {
		name      string
		handle    http.HandlerFunc
		data      []byte
		class     luminance.Class
		uncertain bool
	}{
		{"500 after it", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(500)
		}, []byte("x"), luminance.Transient, true},
		{"503 after an empty one", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, nil, luminance.Transient, true},
		{"the answer is lost", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			hangUp(w)
		}, []byte("x"), luminance.Transient, true},
		{"the answer is cut", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Length", "500")
			_, _ = io.WriteString(w, `{"id":`)
		}, []byte("x"), luminance.Transient, true},
		{"hung up in the middle", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.CopyN(io.Discard, r.Body, 1000)
			hangUp(w)
		}, large, luminance.Transient, false},
		{"422 after it", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(422)
		}, []byte("x"), luminance.Conflict, false},
		{"429 after it", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(429)
		}, []byte("x"), luminance.RateLimited, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := newInstance(t, c.handle)
			_, err := i.client(t).Upload(t.Context(), upload("MSA.pdf", c.data))
			if e := wantClass(t, err, c.class); e.Uncertain != c.uncertain {
				t.Errorf("uncertain %t, want %t: %v", e.Uncertain, c.uncertain, err)
			}
			if got := len(i.seen()); got != 1 {
				t.Errorf("%d requests, and a write is sent once", got)
			}
		})
	}
}

// What never left is certain, whatever kind of write it is.
func TestWritesThatNeverLeft(t *testing.T) {
	i := answering(t, http.StatusOK, aDocument)
	noDial := func(o *luminance.Options) {
		o.HTTPClient = &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			},
		}}
	}
	c := i.client(t, noDial)
	for name, write := range map[string]func() error{
		"an upload":       func() error { _, err := c.Upload(t.Context(), upload("a.pdf", []byte("x"))); return err },
		"an empty upload": func() error { _, err := c.Upload(t.Context(), upload("a.pdf", nil)); return err },
		"a folder":        func() error { _, err := c.CreateFolder(t.Context(), 4, 16, "Contracts"); return err },
	} {
		if e := wantClass(t, write(), luminance.Transient); e.Uncertain {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// A cancelled upload ends at once, inside a document, and leaves its source
// alone from then on.
func TestUploadIsCancelledInTheMiddle(t *testing.T) {
	arrived := make(chan struct{})
	ended := make(chan error, 1)
	i := newInstance(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 1000)
		close(arrived)
		_, err := io.Copy(io.Discard, r.Body)
		ended <- err
	})
	ctx, cancel := context.WithCancel(t.Context())
	source, feed := io.Pipe()
	go func() {
		_, _ = feed.Write(pattern(100_000))
		<-arrived
		cancel()
		_ = feed.CloseWithError(ctx.Err())
	}()
	_, err := i.client(t).Upload(ctx, luminance.Upload{Division: 4, Folder: 52, Name: "MSA.pdf", Size: 1 << 30, Body: source})
	if !errors.Is(err, context.Canceled) || luminance.Uncertain(err) {
		t.Errorf("error %v", err)
	}
	if err := <-ended; err == nil {
		t.Error("the server took it for whole")
	}
}
