package luminance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Upload is one document to store.
type Upload struct {
	Division, Folder int64
	// Name of the document in its folder.
	Name string
	// Replace makes a document of that name in the folder a replaced version
	// of this one; without it such a document makes the upload fail with class
	// Conflict and nothing is stored (Luminance API v1.4). It is always sent,
	// because v1.5 states no default.
	Replace bool
	// TaskIDs are the tasks that the document joins; v1.5 only. Several are
	// sent as a repeated parameter (inferred: the API declares an integer or
	// an array of them).
	TaskIDs []int64
	// Size is the number of bytes in Body.
	Size int64
	// Body is the document as it is; Upload encodes it. The last of it leaves
	// only after Body has given io.EOF at exactly Size bytes, so a Body may
	// still refuse with an error after its last byte. A
	// *bytes.Reader, *strings.Reader or *os.File is sent again if the access
	// token turns out to be revoked.
	Body io.Reader
}

// Upload stores a document (POST …/folders/{id}/upload, the body base64, as
// Luminance API v1.5 describes it). A success with an empty body, which v1.5
// allows, gives a Document that is not Found and no error: look it up. If Body
// fails or has another length than Size, the request is broken off, nothing
// lands and the class is Aborted. It returns only once Body is not read any
// more.
func (c *Client) Upload(ctx context.Context, u Upload) (Document, error) {
	r := &request{
		op: opUpload, method: http.MethodPost,
		on:    fmt.Sprintf("division %d, folder %d, %d bytes", u.Division, u.Folder, u.Size),
		path:  fmt.Sprintf("/projects/%d/folders/%d/upload", u.Division, u.Folder),
		query: url.Values{"name": {u.Name}, "replace": {strconv.FormatBool(u.Replace)}},
		hide:  []string{u.Name},
	}
	for _, id := range u.TaskIDs {
		r.query.Add("task_id", strconv.FormatInt(id, 10))
	}
	body := &upload{Upload: u}
	r.body = body.payload()
	if err := c.checkUpload(r, u); err != nil {
		return Document{}, err
	}
	defer body.release()
	resp, err := c.send(ctx, r, http.StatusOK, http.StatusCreated)
	if err != nil {
		return Document{}, body.blame(r, err)
	}
	defer closeBody(resp)
	if !r.body.sent.Load() {
		e := r.fail(Transient, resp.StatusCode, errors.New("the answer came before the whole document was sent"))
		e.Uncertain = true
		return Document{}, e
	}
	return decodeWritten[Document](r, resp)
}

// checkUpload refuses what cannot work before it costs a request.
func (c *Client) checkUpload(r *request, u Upload) error {
	invalid := func(text string) error { return r.fail(Invalid, 0, errors.New(text)) }
	switch {
	case u.Name == "":
		return invalid("a document needs a name")
	case u.Size < 0 || u.Size > maxSize || u.Body == nil:
		return invalid("a document needs a body and its size")
	case len(u.TaskIDs) > 0 && c.version != V15:
		return invalid(fmt.Sprintf("API %s cannot add uploads to tasks: remove the task IDs, or use v1.5", c.version))
	case u.Size > 0:
		return nil
	}
	// Nothing of an empty document is held back, so look before it is sent.
	if err := atEnd(u.Body); err != nil {
		return r.fail(Aborted, 0, err)
	}
	return nil
}

// upload keeps the streams of its attempts.
type upload struct {
	Upload
	streams []*encoder
}

func (u *upload) payload() *payload {
	at, start := rereadable(u.Body)
	return &payload{
		contentType: "application/octet-stream",
		length:      encodedLength(max(u.Size, 0)),
		again:       at != nil,
		open: func() io.ReadCloser {
			src := u.Body
			if at != nil {
				// Of its own, as an attempt before may still be reading. One
				// byte more than wanted shows a body that is too long.
				src = io.NewSectionReader(at, start, u.Size+1)
			}
			u.streams = append(u.streams, newEncoder(src, u.Size))
			return u.streams[len(u.streams)-1]
		},
	}
}

// Rereader is a Body that says of itself that it can be sent a second time, through its ReadAt.
type Rereader interface {
	io.Reader
	io.ReaderAt
	io.Seeker
	Rereadable()
}

// rereadable gives access to a Body that can be sent a second time, and where
// it begins. Only to well-known types, and to those that say so: one that embeds
// such a type to check what is read must be read through its own Read.
func rereadable(body io.Reader) (io.ReaderAt, int64) {
	var at interface {
		io.ReaderAt
		io.Seeker
	}
	switch b := body.(type) {
	case *bytes.Reader:
		at = b
	case *strings.Reader:
		at = b
	case *os.File:
		at = b
	case Rereader:
		at = b
	default:
		return nil, 0
	}
	start, err := at.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0
	}
	return at, start
}

// blame makes a failure the Body's where it was: the transport reports a
// broken connection then, because it broke it.
func (u *upload) blame(r *request, err error) error {
	if e := (*Error)(nil); len(u.streams) == 0 || errors.As(err, &e) && e.Status != 0 {
		return err
	}
	if failure := u.streams[len(u.streams)-1].failure(); failure != nil {
		return r.fail(Aborted, 0, failure)
	}
	return err
}

func (u *upload) release() {
	for _, s := range u.streams {
		s.release()
	}
}

// decodeWritten reads what a successful write answers. An answer that is lost
// or cannot be read leaves open what was made.
func decodeWritten[T item](r *request, resp *http.Response) (T, error) {
	var none T
	body, err := io.ReadAll(io.LimitReader(resp.Body, elementLimit+1))
	if err == nil && len(bytes.TrimSpace(body)) == 0 {
		return none, nil
	}
	var written T
	if err == nil {
		written, err = decodeOne[T](bytes.NewReader(body))
	}
	if err != nil {
		e := r.fail(Transient, resp.StatusCode, err)
		e.Uncertain = true
		return none, e
	}
	return written, nil
}
