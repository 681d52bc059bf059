package intralinks

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// sniffLength is how much of a file is looked at, at most, to tell a failure
// from a document.
const sniffLength = 4 << 10

// Download is the content of a document on its way.
type Download struct {
	// Body gives the bytes as the server stores them and must be closed. It
	// fails with an Error when it breaks off; its length and its hash prove
	// that it is whole, not its end.
	Body io.ReadCloser
	// Offset is where Body begins in the document: what was asked for, or 0
	// if the server does not do ranges.
	Offset int64
	// Length is the number of bytes in Body; -1 if the server did not say.
	Length int64
	// ContentType as the server has it.
	ContentType string
	// AcceptRanges tells whether a later Open with an offset should work.
	AcceptRanges bool
	// ETag as the server has it; "" if none.
	ETag string
}

// Open begins to read a document's file at the offset. Whether the service does
// ranges is unknown, so one is asked for only if offset > 0, and
// Download.Offset says what came of it. The call is not repeated when it fails.
//
// Class Protected: only the online viewer shows the document, or the server
// failed in the same words (HTTP 500, subcode 999).
func (r *Room) Open(ctx context.Context, document int64, offset int64) (*Download, error) {
	cl := call{
		op: OpDownloadDocument, method: http.MethodGet,
		path:   exchangePath(r.exchange, "documents", strconv.FormatInt(document, 10), "file"),
		target: fmt.Sprintf("document %d in exchange %d", document, r.exchange),
	}
	if offset < 0 {
		return nil, &Error{Op: cl.op, Target: cl.target, Class: Permanent, Err: errors.New("the offset is negative")}
	}
	var d *Download
	err := r.inside(ctx, func() (bool, error) {
		var err error
		d, err = r.client.open(ctx, cl, offset)
		return false, err
	})
	return d, err
}

func (c *Client) open(ctx context.Context, cl call, offset int64) (*Download, error) {
	header := http.Header{
		"Accept": {"*/*"},
		// Without this, net/http asks for gzip and unpacks it, and the length
		// would be lost.
		"Accept-Encoding": {"identity"},
	}
	if offset > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	resp, err := c.follow(ctx, cl, header) //nolint:bodyclose // Download.Body is it, and download closes what fails
	if err != nil {
		return nil, err
	}
	d, err := c.download(cl, resp, offset)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// download judges the answer to a file request.
func (c *Client) download(cl call, resp *http.Response, offset int64) (*Download, error) {
	d := &Download{
		Body: resp.Body, Length: resp.ContentLength,
		ContentType: resp.Header.Get("Content-Type"), ETag: resp.Header.Get("ETag"),
		AcceptRanges: strings.EqualFold(strings.TrimSpace(resp.Header.Get("Accept-Ranges")), "bytes"),
	}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusPartialContent:
		first, ok := rangeStart(resp.Header.Get("Content-Range"))
		if !ok || first != offset {
			closeAnswer(resp)
			return nil, &Error{Op: cl.op, Target: cl.target, Status: resp.StatusCode, Class: Permanent,
				Err: errors.New("the server sent another part than the one asked for")}
		}
		d.Offset, d.AcceptRanges = first, true
		return d, nil
	default:
		return nil, c.refuse(cl, resp)
	}
	if disguised(resp) {
		return nil, c.refuse(cl, resp)
	}
	d.Body = resp.Body
	return d, nil
}

// disguised tells whether an answer of HTTP 200 is a failure in JSON or in
// Intralinks' XML. It must fit into the first bytes as a whole and be declared
// as such, for a data room may hold documents of these types too. A page of
// HTML is not recognised here: its length and its hash give it away.
//
// The body of the answer is whole afterwards.
func disguised(resp *http.Response) bool {
	k := kindOf(resp.Header.Get("Content-Type"))
	if k != kindJSON && k != kindXML || resp.ContentLength > sniffLength {
		return false
	}
	body := bufio.NewReaderSize(resp.Body, sniffLength)
	resp.Body = &rejoined{Reader: body, closer: resp.Body}
	start, err := body.Peek(sniffLength)
	if !errors.Is(err, io.EOF) { // goes on
		return false
	}
	start = bytes.TrimSpace(start)
	if k == kindXML {
		return reportsFailure(start)
	}
	p := parseJSONProblem(start)
	return p.shape != shapeNone && (p.code >= 300 || p.shape == shapeFault)
}

// rangeStart reads the first position of a Content-Range.
func rangeStart(header string) (int64, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(header), "bytes ")
	if !ok {
		return 0, false
	}
	first, _, ok := strings.Cut(rest, "-")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(first), 10, 64)
	return n, err == nil
}
