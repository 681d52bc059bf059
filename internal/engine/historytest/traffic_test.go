package historytest

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// impatience is how long a request may take before what stands between the operator and a service cuts it off, in a
// history in which a service may hang.
const impatience = 30 * time.Millisecond

// traffic is what passes between the operator and both services.
type traffic struct {
	mu      sync.Mutex
	changed sync.Cond
	// dialed are connections that the operator has made, accepted those that a service has seen, and open those that
	// it has not seen the end of.
	dialed, accepted, open int
	seen                   int        // since the last run began
	options                runOptions // of that run
	stop                   context.CancelFunc
	impatient              bool
	uploads                []upload
}

// upload is a document as it reached Luminance.
type upload struct {
	folder  int64
	name    string
	sha1    string
	status  int  // as sent; 0 where there was none
	lost    bool // the answer never arrived, or was a page of something between the two
	replace bool
}

// taken tells that Luminance took it, answered that the operator was told so.
func (u *upload) taken() bool    { return u.status == http.StatusOK || u.status == http.StatusCreated }
func (u *upload) answered() bool { return u.taken() && !u.lost }

func newTraffic() *traffic {
	x := &traffic{}
	x.changed.L = &x.mu
	return x
}

// begin starts to count anew, for a run that stop ends.
func (x *traffic) begin(o runOptions, stop context.CancelFunc) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.seen, x.options, x.stop, x.uploads = 0, o, stop, nil
}

// serve starts a service.
func (x *traffic) serve(handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		x.mu.Lock()
		defer x.mu.Unlock()
		switch state {
		case http.StateNew:
			x.accepted++
			x.open++
		case http.StateClosed, http.StateHijacked: // the services take over only what they hang up on
			x.open--
		}
		x.changed.Broadcast()
	}
	server.Start()
	return server
}

// dial makes a connection for one request.
func (x *traffic) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.dialed++
	}
	return c, err
}

// settle waits until every connection that was made has come and gone, with the request that it brought, so that nothing
// more comes of what a run has left on its way; and gives the uploads since begin.
func (x *traffic) settle() []upload {
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.accepted < x.dialed || x.open > 0 {
		x.changed.Wait()
	}
	x.options = runOptions{}
	return x.uploads
}

func (x *traffic) setImpatient(impatient bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.impatient = impatient
}

func (x *traffic) enter() (impatient bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.seen++; x.seen == x.options.stopAt {
		x.stop()
	}
	return x.impatient
}

// counted lets requests through to a service.
func (x *traffic) counted(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x.enter() {
			ctx, cancel := context.WithTimeout(r.Context(), impatience)
			defer cancel()
			r = r.WithContext(ctx)
		}
		service.ServeHTTP(w, r)
	})
}

var uploadPath = regexp.MustCompile(`/folders/(\d+)/upload$`)

// watched notes the uploads that come by.
func (x *traffic) watched(service http.Handler) http.Handler {
	return x.counted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answer{ResponseWriter: w}
		if parts := uploadPath.FindStringSubmatch(r.URL.Path); parts != nil && r.Method == http.MethodPost {
			var body bytes.Buffer
			r.Body = teeBody{io.TeeReader(r.Body, &body), r.Body}
			defer func() { x.note(r, parts[1], body.Bytes(), answer) }()
		}
		service.ServeHTTP(answer, r)
	}))
}

// note takes in an upload. Where the run is to be stopped after it, its answer never leaves.
func (x *traffic) note(r *http.Request, folder string, body []byte, answer *answer) {
	if int64(len(body)) != r.ContentLength {
		return // broken off: nothing can come of it
	}
	content, err := base64.StdEncoding.DecodeString(string(body))
	if err != nil {
		x.stop()
		panic(err) // the operator sent something else than base64
	}
	sum := sha1.Sum(content)
	id, _ := strconv.ParseInt(folder, 10, 64) // digits, says the pattern
	query := r.URL.Query()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.uploads = append(x.uploads, upload{
		folder: id, name: query.Get("name"), replace: query.Get("replace") == "true",
		sha1: hex.EncodeToString(sum[:]), status: answer.status,
		lost: strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html"),
	})
	if len(x.uploads) == x.options.stopAfter {
		x.uploads[len(x.uploads)-1].lost = true
		x.stop()
		panic(http.ErrAbortHandler)
	}
}

type teeBody struct {
	io.Reader
	io.Closer
}

// answer keeps the status of an answer.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
