package intralinks_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

const (
	document = 12400000038
	content  = "%PDF-1.7 the whole content of the document"
)

var file = inExchange(fmt.Sprintf("/documents/%d/file", document))

func serveRanges(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"v1"`)
	w.Header().Set("Content-Type", "application/pdf")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
}

func readAll(t *testing.T, d *intralinks.Download) string {
	t.Helper()
	defer func() { _ = d.Body.Close() }()
	body, err := io.ReadAll(d.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestOpen(t *testing.T) {
	for _, tt := range []struct {
		name     string
		serve    http.HandlerFunc
		offset   int64
		want     intralinks.Download
		body     string
		rangeHdr string
	}{
		{"whole file", serveRanges, 0,
			intralinks.Download{Length: int64(len(content)), ContentType: "application/pdf", AcceptRanges: true, ETag: `"v1"`}, content, ""},
		{"from an offset", serveRanges, 10,
			intralinks.Download{Offset: 10, Length: int64(len(content)) - 10, ContentType: "application/pdf", AcceptRanges: true, ETag: `"v1"`},
			content[10:], "bytes=10-"},
		{"a server without ranges begins at 0", replyAs(200, "application/pdf", content), 10,
			intralinks.Download{Length: int64(len(content)), ContentType: "application/pdf"}, content, "bytes=10-"},
		{"length unknown", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = io.WriteString(w, content[:5])
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, content[5:])
		}, 0, intralinks.Download{Length: -1, ContentType: "application/octet-stream"}, content, ""},
		{"a document that is JSON", replyAs(200, "application/json", `{"name":"x"}`), 0,
			intralinks.Download{Length: 12, ContentType: "application/json"}, `{"name":"x"}`, ""},
		{"a document that is XML", replyAs(200, "text/xml", `<note><code>500</code></note>`), 0,
			intralinks.Download{Length: 29, ContentType: "text/xml"}, `<note><code>500</code></note>`, ""},
		{"an empty document", replyAs(200, "text/plain", ""), 0, intralinks.Download{ContentType: "text/plain"}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t).open()
			s.answers(file, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get("Range"); got != tt.rangeHdr {
					t.Errorf("Range = %q, want %q", got, tt.rangeHdr)
				}
				tt.serve(w, r)
			})
			d, err := s.room(t).Open(t.Context(), document, tt.offset)
			if err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, d); got != tt.body {
				t.Errorf("body = %q", got)
			}
			d.Body = nil
			if *d != tt.want {
				t.Errorf("Download = %+v, want %+v", *d, tt.want)
			}
		})
	}
}

func TestOpenUnpacksNothing(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write([]byte(content))
	_ = zip.Close()
	s := newService(t).open()
	s.answers(file, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("Accept-Encoding = %q", got)
		}
		w.Header().Set("Content-Type", "application/gzip")
		w.Header().Set("Content-Encoding", "gzip") // a server that calls the document's own form an encoding
		_, _ = w.Write(packed.Bytes())
	})
	d, err := s.room(t).Open(t.Context(), document, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, d); got != packed.String() {
		t.Errorf("%d bytes arrived, %d were stored", len(got), packed.Len())
	}
}

func TestOpenFails(t *testing.T) {
	const viewerOnly = `<?xml version="1.0" encoding="UTF-8"?><xmlResponse><status><code>500</code><message>Unexpected</message></status>
		<errors><error><code>500</code><subCode>999</subCode><message>Unexpected server error</message><errorId>e-77</errorId></error></errors></xmlResponse>`
	for _, tt := range []struct {
		name  string
		serve http.HandlerFunc
		class intralinks.Class
	}{
		{"viewer only", replyAs(500, "text/xml;charset=UTF-8", viewerOnly), intralinks.Protected},
		{"viewer only, declared as JSON", replyAs(500, "application/json", viewerOnly), intralinks.Protected},
		{"viewer only, with 999 for the code", replyAs(500, "text/xml", `<xmlResponse><status><code>999</code></status></xmlResponse>`), intralinks.Protected},
		{"viewer only, on HTTP 200", replyAs(200, "text/xml", viewerOnly), intralinks.Protected},
		{"errors on HTTP 200", reply(200, `{"status":{"code":400,"subcode":"3-1"},"errors":[{"code":400,"subCode":"3-1"}]}`), intralinks.NotFoundOrDenied},
		{"fault on HTTP 200", reply(200, `{"fault":{"faultstring":"x","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}`), intralinks.Throttled},
		{"not found", reply(400, `{"errors":[{"code":400,"subCode":"3-1"}]}`), intralinks.NotFoundOrDenied},
		{"gateway", replyAs(504, "txt/html", "<html><title>Gateway Timeout</title>"), intralinks.Transient},
		{"beyond the end", replyAs(416, "text/plain", ""), intralinks.Permanent},
		{"another part than asked for", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 5-9/10")
			w.WriteHeader(http.StatusPartialContent)
		}, intralinks.Permanent},
		{"a part that does not say which", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusPartialContent)
		}, intralinks.Permanent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t).open()
			s.answers(file, tt.serve)
			_, err := s.room(t).Open(t.Context(), document, 10)
			wantClass(t, err, tt.class)
			wantSeen(t, s, "GET /7100015/splash", "POST /7100015/splash", "GET /7100015/documents/12400000038/file")
			if text := err.Error(); !strings.Contains(text, "document 12400000038") || strings.Contains(text, "/v2/") {
				t.Errorf("error = %q: it should name the document's id and no URL", text)
			}
		})
	}
}

func TestOpenRefusesANegativeOffset(t *testing.T) {
	s := newService(t)
	_, err := s.room(t).Open(t.Context(), document, -1)
	wantClass(t, err, intralinks.Permanent)
	wantSeen(t, s)
}

func TestOpenEntersAgain(t *testing.T) {
	s := newService(t).open()
	s.answers(file, reply(303, notEntered), serveRanges)
	d, err := s.room(t).Open(t.Context(), document, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, d); got != content {
		t.Errorf("body = %q", got)
	}
}

func TestDownloadThatBreaksOff(t *testing.T) {
	for _, contentType := range []string{"application/pdf", "application/json"} {
		s := newService(t).open()
		s.answers(file, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, content)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
		d, err := s.room(t).Open(t.Context(), document, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(d.Body)
		wantClass(t, err, intralinks.Transient)
		if string(got) != content {
			t.Errorf("%s: got %q before the break", contentType, got)
		}
		if err := d.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDownloadThatStalls(t *testing.T) {
	s := newService(t).open()
	s.answers(file, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, content)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c := s.client(t, func(o *intralinks.Options) { o.IdleTimeout = 20 * time.Millisecond })
	d, err := c.Room(exchange, intralinks.Entry{}).Open(t.Context(), document, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(d.Body)
	wantClass(t, err, intralinks.Transient)
	_ = d.Body.Close()
}

// storage is another host that keeps files and notes what it is sent.
func storage(t *testing.T, serve http.HandlerFunc) (url string, auth *[]string) {
	t.Helper()
	auth = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*auth = append(*auth, r.Header.Get("Authorization"))
		serve(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, auth
}

func to(url string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, url, http.StatusFound) }
}

func TestOpenFollowsToStorageWithoutTheToken(t *testing.T) {
	elsewhere, auth := storage(t, serveRanges)
	s := newService(t).open()
	s.answers(file, to("/v2/moved"))
	s.answers("/v2/moved", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-1" {
			t.Error("the same host needs the token")
		}
		to(elsewhere+"/object?signature=abc")(w, r)
	})
	d, err := s.room(t).Open(t.Context(), document, 10)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, d); got != content[10:] || d.Offset != 10 {
		t.Errorf("body from %d: %q", d.Offset, got)
	}
	if len(*auth) != 1 || (*auth)[0] != "" {
		t.Errorf("the storage host received the Authorization %q", *auth)
	}
}

func TestOpenDoesNotTakeTheTokenBackHomeAfterAForeignHop(t *testing.T) {
	s := newService(t).open()
	elsewhere, _ := storage(t, to(s.URL+"/v2/back"))
	s.answers(file, to(elsewhere))
	s.answers("/v2/back", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "" {
			t.Errorf("Authorization = %q: another host chose this request", got)
		}
		serveRanges(w, r)
	})
	d, err := s.room(t).Open(t.Context(), document, 0)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, d)
}

func TestOpenFollowsNoFurther(t *testing.T) {
	elsewhere, _ := storage(t, replyAs(403, "application/xml", `<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`))
	for _, tt := range []struct {
		name  string
		serve http.HandlerFunc
		class intralinks.Class
	}{
		{"a ring", to(file), intralinks.Permanent},
		{"another protocol", to("ftp://127.0.0.1/x"), intralinks.Permanent},
		{"a link that has ended", to(elsewhere), intralinks.Transient},
		{"no Location", replyAs(302, "text/plain", ""), intralinks.Permanent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t).open()
			s.answers(file, tt.serve)
			_, err := s.room(t).Open(t.Context(), document, 0)
			wantClass(t, err, tt.class)
		})
	}
}

func TestOpenFollowsFiveRedirectsAndNoSixth(t *testing.T) {
	for hops, class := range map[int]intralinks.Class{5: "", 6: intralinks.Permanent} {
		s := newService(t).open()
		left := hops
		s.answers(file, func(w http.ResponseWriter, r *http.Request) {
			if left--; left >= 0 {
				to(file)(w, r)
				return
			}
			serveRanges(w, r)
		})
		d, err := s.room(t).Open(t.Context(), document, 0)
		wantClass(t, err, class)
		if err == nil {
			readAll(t, d)
		}
	}
}

func TestOpenDoesNotStepDownFromHTTPS(t *testing.T) {
	plain, auth := storage(t, serveRanges)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/splash") {
			splash(noSplash, allow)(w, r)
			return
		}
		to(plain)(w, r)
	}))
	defer secure.Close()
	c, err := intralinks.New(intralinks.Options{BaseURL: secure.URL, HTTPClient: secure.Client(), Tokens: tokens()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Room(exchange, intralinks.Entry{}).Open(t.Context(), document, 0)
	wantClass(t, err, intralinks.Permanent)
	if len(*auth) != 0 {
		t.Error("the document was asked for over http")
	}
}

func TestJSONCallsFollowNoRedirect(t *testing.T) {
	elsewhere, auth := storage(t, reply(200, `{"workspace":{"id":7100015}}`))
	s := newService(t)
	s.answers(inExchange(""), to(elsewhere))
	_, err := s.client(t).Exchange(t.Context(), exchange)
	wantClass(t, err, intralinks.Permanent)
	if len(*auth) != 0 {
		t.Error("the redirect was followed")
	}
}
