package engine

import (
	"context"
	"crypto/sha1" //nolint:gosec // Intralinks lists SHA-1; it is compared, not trusted against an attacker
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// documentError is a failure of one document, which never stops the others.
type documentError struct {
	reason  v1alpha1.ProblemReason
	message string
	// lasting: another try is no use until the document changes, or somebody asks.
	lasting bool
	// passing: another try in the same run may do.
	passing bool
	// costly: all of it was read to find that out, so another try comes ever later.
	costly bool
	err    error
}

func (e *documentError) Error() string { return string(e.reason) + ": " + e.message }
func (e *documentError) Unwrap() error { return e.err }

// download is a document's content as it comes in. It ends with io.EOF only if all of it came and its
// length and SHA-1 are what the listing says; else with a *documentError. Where the server offers ranges, a
// broken stream is taken up where it broke.
type download struct {
	ctx      context.Context
	room     *intralinks.Room
	document *Document
	// exact: length and hash must agree with the listing. Documents under rights management come as
	// another file than the one that was listed, so nothing can be held against it.
	exact bool
	// stamped: a watermark may have made another file of it; see acceptable.
	stamped bool
	// size in bytes; -1 where nothing tells it before the end, which is after most bytes at the latest.
	size, most int64
	// told: the server said how long the copy is that it hands out.
	told bool

	body    io.ReadCloser
	ranges  bool
	read    int64
	resumed int
	sum     hash.Hash
	outline outline
}

// maxResumes is how often a broken stream is taken up again.
const maxResumes = 5

// openDownload asks for a document.
func (r *run) openDownload(ctx context.Context, document *Document) (*download, error) {
	d := &download{
		ctx: ctx, room: r.room, document: document,
		exact: !document.Protected, stamped: r.job.Policy.UploadWatermarked, size: document.Size, sum: sha1.New(), //nolint:gosec // see the import
	}
	opened, err := r.room.Open(ctx, document.ID, 0)
	if err != nil {
		return nil, d.explain(err)
	}
	d.body, d.ranges, d.told = opened.Body, opened.AcceptRanges, opened.Length >= 0
	switch {
	case d.exact && !d.stamped: // it has to be as long as listed
	case d.told:
		d.size = opened.Length
	case d.size <= r.engine.smallFile: // it is held in memory, so its length is not needed before
		d.size, d.most = -1, 2*r.engine.smallFile
		return d, nil
	}
	d.most = d.size
	return d, nil
}

func (d *download) close() {
	// Nothing can be lost by a failing close of something that is only read.
	_ = d.body.Close()
}

// Read gives the next bytes, and the verdict at the end.
func (d *download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.read += int64(n)
	d.sum.Write(p[:n])
	d.outline.add(p[:n])
	switch {
	case d.read > d.most:
		return 0, d.mismatch()
	case err == io.EOF:
		return n, d.end()
	case err != nil:
		return n, d.resume(err)
	}
	return n, nil
}

// end decides whether what came is all of it.
func (d *download) end() error {
	switch {
	case d.read < d.size, d.exact && d.read < d.document.Size && !d.acceptable():
		return d.resume(io.ErrUnexpectedEOF)
	case d.exact && (d.read == d.document.Size && d.agrees() || d.acceptable()):
		return io.EOF
	case !d.exact && (d.told || d.matches()):
		return io.EOF
	}
	return d.mismatch()
}

// agrees tells whether nothing in the listing speaks against the hash.
func (d *download) agrees() bool { return d.document.Hash == "" || d.matches() }

// matches tells whether the hash is one of those in the listing.
func (d *download) matches() bool {
	got := base64.StdEncoding.EncodeToString(d.sum.Sum(nil))
	return got == d.document.Hash || got == d.document.DownloadHash
}

// acceptable tells whether what differs from the listing may be taken for a watermarked copy, where the user allows
// that. A watermark is stamped into PDF and Office files, gives them another length, and leaves them whole; of the
// same length and with other bytes, a file is broken. That is as far as the evidence goes: nothing in a listing
// says that a document is watermarked (inferred).
func (d *download) acceptable() bool {
	return d.stamped && d.read != d.document.Size && d.outline.takesWatermark() && d.outline.whole()
}

func (d *download) mismatch() error {
	e := &documentError{reason: v1alpha1.HashMismatchProblem, costly: true,
		message: "Intralinks handed out something else than it lists (length or SHA-1 differ), so it was not sent on; it is tried again by itself, ever later, up to once a day"}
	if !d.told && (d.stamped || !d.exact) {
		e.message += "; how long the copy is that it hands out, it does not say, so whether it came whole can't be told either"
	}
	if d.outline.takesWatermark() && !d.stamped {
		e.message += "; if the exchange stamps watermarks into documents, spec.watermarkedDocuments: Upload carries the stamped copies"
	}
	if d.document.Restricted != "" {
		e.reason = v1alpha1.ProtectedProblem
		e.message = fmt.Sprintf("Intralinks hands out a protected or watermarked copy (pdfProtection %s) that differs from what it lists, so it was not sent on; "+
			"ask the exchange's manager to lift the protection for this account", d.document.Restricted)
	}
	return e
}

// resume takes a broken stream up where it broke, where the server offers that.
func (d *download) resume(cause error) error {
	// Two copies that were made for two requests may differ, so they can't be joined.
	sameFile := d.exact && d.size == d.document.Size
	if !sameFile || !d.ranges || d.resumed >= maxResumes || d.ctx.Err() != nil {
		return d.explain(cause)
	}
	d.resumed++
	opened, err := d.room.Open(d.ctx, d.document.ID, d.read)
	if err != nil {
		return d.explain(err)
	}
	if opened.Offset != d.read {
		return errors.Join(d.explain(cause), opened.Body.Close())
	}
	_ = d.body.Close() // broken already
	d.body = opened.Body
	return nil
}

// explain turns an error of the download into one of the document, unless it ends the whole run.
func (d *download) explain(err error) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	switch intralinks.ClassOf(err) {
	case intralinks.Auth, intralinks.InvalidCredentials, intralinks.SessionTaken, intralinks.Throttled, intralinks.NotEntered:
		return err
	case intralinks.Protected:
		return &documentError{reason: v1alpha1.ProtectedProblem, lasting: true, err: err,
			message: "Intralinks shows it in its viewer only and does not hand it out; ask the exchange's manager to lift the protection for this account"}
	case intralinks.NotFoundOrDenied, intralinks.Denied:
		return &documentError{reason: v1alpha1.DownloadFailedProblem, err: err,
			message: "Intralinks lists it and does not hand it out (it is gone by now, or this account may not open it); it is tried again at the next run"}
	}
	return &documentError{reason: v1alpha1.DownloadFailedProblem, err: err, passing: true,
		message: "the download broke off; it is tried again at the next run"}
}
