package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// maxAttempts is how often one document is sent in a run, where a failure has left nothing behind.
const maxAttempts = 3

// openIntentError is a failure after which nobody knows what stands in Luminance. The intent stays open, and
// the next run settles it.
type openIntentError struct{ err error }

func (e *openIntentError) Error() string { return e.err.Error() }
func (e *openIntentError) Unwrap() error { return e.err }

// carry brings one document across. It gives nil, a *documentError, or an error that ends the run.
func (r *run) carry(ctx context.Context, a *Action) error {
	renewed := false
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := r.attempt(ctx, a)
		var unknown *openIntentError
		var broken *documentError
		switch {
		case err == nil:
			return struct{}{}, nil
		case errors.As(err, &unknown):
			return struct{}{}, backoff.Permanent(err)
		case errors.Is(err, errAgain), errors.As(err, &broken) && broken.passing:
			return struct{}{}, err
		}
		switch luminance.ClassOf(err) {
		case luminance.Transient:
			return struct{}{}, err
		case luminance.Auth:
			// The token was revoked. What is sent as it comes can't be sent again with a new one by the client itself.
			if !renewed {
				renewed = true
				return struct{}{}, err
			}
		case luminance.RateLimited:
			// The budget has taken note: the next ticket comes when there is room again.
			return struct{}{}, err
		case luminance.NotFound:
			// A folder that the ledger knows is gone: find or create it anew.
			return struct{}{}, errors.Join(err, r.places.forget(ctx, a.Folder, a.folderID))
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithBackOff(r.waits()), backoff.WithMaxTries(maxAttempts), noTimeLimit)
	return unwrapPermanent(err)
}

// attempt sends one document, once.
func (r *run) attempt(ctx context.Context, a *Action) error {
	folder, err := r.places.id(ctx, a.Folder)
	a.folderID = folder
	if err != nil {
		return err
	}
	replace, err := r.mayReplace(ctx, a, folder)
	if err != nil || a.adopted {
		return err
	}
	// A renewed token costs a request of its own, which must not wait for one that this ticket keeps.
	if _, err := r.job.LuminanceTokens.Token(ctx); err != nil {
		return err
	}
	ticket, slot, err := r.admit(ctx)
	if err != nil {
		return err
	}
	done := r.departed(ticket, slot)
	defer done()

	content, err := r.open(ctx, a.Document, slot)
	if err != nil {
		return err
	}
	defer content.close()
	intent := r.intent(a)
	if content.size <= quickFile {
		slot.lend() // nothing moves while the intent is being recorded
	}
	if err := r.pair.Begin(ctx, a.Document.ID, intent); err != nil {
		return err
	}
	var document luminance.Document
	if err = slot.moves(ctx); err == nil {
		document, err = r.job.Luminance.Upload(budget.WithTicket(ctx, ticket), luminance.Upload{
			Division: r.pair.DivisionID, Folder: folder, Name: a.Name, Replace: replace,
			TaskIDs: r.job.Destination.TaskIDs, Size: content.size, Body: content.body,
		})
	}
	content.close() // its memory is for others while this one is being booked
	done()          // a look, which may be due now, waits for a request of its own
	if err == nil {
		return r.settle(ctx, a.Document.ID, intent, document)
	}
	return r.uploadFailed(ctx, a, folder, intent, err)
}

// intent is what an attempt is about to do.
func (r *run) intent(a *Action) ledger.Intent {
	return ledger.Intent{
		Folder: a.Folder, Name: a.Name, SourcePath: a.Document.SourcePath,
		Hash: a.Document.Hash, Size: a.Document.Size, Version: a.Document.Version,
		At: r.engine.clock.Now(),
	}
}

// admit waits for a request of the budget and for a transfer slot, before the download begins, and never keeps
// the one while it waits for the other: a slot that waits for one instance's budget would hold up another
// instance's documents, and a request that waits for a slot would be lost to everybody.
func (r *run) admit(ctx context.Context) (ticket *budget.Ticket, held *slot, err error) {
	transfers, wanted := r.engine.transfers, r.engine.clock.Now()
	var waited time.Duration // for the budget
	for {
		if err := transfers.Acquire(ctx, 1); err != nil {
			return nil, nil, err
		}
		if ticket, err = r.job.Budget.TryAcquire(ctx, r.job.Claimant); ticket != nil {
			break
		}
		transfers.Release(1)
		if err != nil {
			return nil, nil, err
		}
		began := r.engine.clock.Now()
		if ticket, err = r.job.Budget.Acquire(ctx, r.job.Claimant); err != nil {
			return nil, nil, err
		}
		waited += r.engine.clock.Since(began)
		if transfers.TryAcquire(1) {
			break
		}
		ticket.Release()
	}
	r.onTheWay.Add(1)
	return ticket, newSlot(transfers, r.engine.stillFor, wanted.Add(waited)), nil
}

// departed gives what ends the way of a document that was admitted: ticket and slot go back, once.
func (r *run) departed(ticket *budget.Ticket, held *slot) (done func()) {
	return sync.OnceFunc(func() {
		held.end()
		ticket.Release() // of no effect once the request was sent
		r.onTheWay.Add(-1)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.transferTime += r.engine.clock.Since(held.since)
		r.transferred++
	})
}

// content is what can be sent.
type content struct {
	body  io.Reader
	size  int64
	close func()
}

// open gives a document's content. A small document is read and checked before its first byte leaves. A
// large one is checked on the way: the Luminance client lets the end of it leave only after the content has
// ended with io.EOF, so what isn't whole is broken off and doesn't land.
func (r *run) open(ctx context.Context, document *Document, held *slot) (*content, error) {
	var opened *content
	err := r.retry(ctx, func() error {
		download, err := r.openDownload(ctx, document)
		if err != nil {
			return err
		}
		if download.size > r.engine.smallFile {
			opened = &content{body: held.watch(ctx, download), size: download.size, close: download.close}
			return nil
		}
		defer download.close()
		buffer := newBuffer(download.size)
		if _, err := buffer.ReadFrom(held.watch(ctx, download)); err != nil {
			keepBuffer(buffer)
			return err
		}
		opened = &content{body: held.watchBytes(ctx, buffer.Bytes()), size: int64(buffer.Len()), close: sync.OnceFunc(func() { keepBuffer(buffer) })}
		return nil
	})
	return opened, err
}

// buffers hold small documents, one after another.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the size in bytes of the largest buffer that is kept: most documents fit into one, and a few large ones
// don't leave their memory with it.
const largestKept = 256 << 10

// quickFile is the size in bytes up to which a document's slot is lent out while its intent is being recorded, which takes
// about as long as to move it. So many more than there are slots are in memory then: those that fit into a buffer that is kept.
const quickFile = largestKept - bytes.MinRead

// newBuffer gives an empty buffer that a size, in bytes, fits into; less than 0: nobody knows.
func newBuffer(size int64) *bytes.Buffer {
	if size+bytes.MinRead > largestKept {
		return bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	}
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Grow(int(max(0, size)) + bytes.MinRead)
	return buffer
}

// keepBuffer takes back a buffer that nobody reads any more.
func keepBuffer(buffer *bytes.Buffer) {
	if buffer.Cap() <= largestKept {
		buffer.Reset()
		buffers.Put(buffer)
	}
}

func (r *run) settle(ctx context.Context, documentID int64, intent ledger.Intent, document luminance.Document) error {
	now := r.engine.clock.Now()
	r.remember(document.ID)
	// What has happened is recorded even if the run is being stopped.
	return r.pair.Settle(context.WithoutCancel(ctx), documentID, ledger.Standing{
		Hash: intent.Hash, Size: intent.Size, Version: intent.Version,
		LuminanceID: document.ID, LuminanceVersion: document.Version, UploadedAt: now,
		CarriedPath: intent.SourcePath, Import: ledger.Import{LookAt: now.Add(firstLook)},
	})
}

// uploadFailed decides what an upload that did not succeed left behind. Nothing is concluded that is not
// certain: an intent whose outcome is open stays open, and is settled by looking in Luminance.
func (r *run) uploadFailed(ctx context.Context, a *Action, folder int64, intent ledger.Intent, err error) error {
	recorded := context.WithoutCancel(ctx)
	if luminance.Uncertain(err) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return r.look(ctx, a, folder, intent, err)
	}
	switch luminance.ClassOf(err) {
	case luminance.Conflict:
		return r.look(ctx, a, folder, intent, err)
	case luminance.TooLarge, luminance.Invalid:
		return errors.Join(&documentError{reason: v1alpha1.UploadRejectedProblem, lasting: true, err: err,
			message: "Luminance did not take it: " + err.Error()}, r.pair.Abandon(recorded, a.Document.ID))
	}
	if abandonErr := r.pair.Abandon(recorded, a.Document.ID); abandonErr != nil {
		return errors.Join(err, abandonErr)
	}
	if luminance.ClassOf(err) == luminance.Forbidden {
		if there, lookErr := r.places.stillThere(ctx, a.Folder, folder); lookErr == nil && !there {
			return errAgain
		}
	}
	var broken *documentError
	if errors.As(err, &broken) {
		return broken
	}
	if fatal := (*intralinks.Error)(nil); errors.As(err, &fatal) {
		return fatal
	}
	return err
}

// look settles an intent by what stands in Luminance.
func (r *run) look(ctx context.Context, a *Action, folder int64, intent ledger.Intent, cause error) error {
	err := r.needClaims(ctx)
	var found *luminance.Document
	if err == nil {
		found, err = r.find(ctx, folder, a.Name)
	}
	if err != nil {
		return &openIntentError{err: errors.Join(cause, err)}
	}
	recorded := context.WithoutCancel(ctx)
	// After a conflict this attempt has stored nothing. What stands is of an earlier one, in this run or before it;
	// of one before it, the bytes may be others.
	conflict := luminance.ClassOf(cause) == luminance.Conflict
	if found != nil && (!conflict || a.unsettled) && r.ours(found, intent, a.Previous) {
		return r.settle(ctx, a.Document.ID, intent, *found)
	}
	if conflict && found == nil {
		return r.contradicted(ctx, a, folder, cause)
	}
	if err := r.pair.Abandon(recorded, a.Document.ID); err != nil {
		return errors.Join(cause, err)
	}
	if conflict {
		return r.recognise(ctx, a, found)
	}
	a.unsettled = true
	return cause
}

// contradicted deals with an upload that was refused because of its name, where no document of that name stands. Without its
// folder nothing stands indeed. Else the refusal had another reason, or the look did not show everything: the intent stays
// open, and the next run looks again.
func (r *run) contradicted(ctx context.Context, a *Action, folder int64, cause error) error {
	there, err := r.places.stillThere(ctx, a.Folder, folder)
	switch {
	case err != nil:
		return &openIntentError{err: errors.Join(cause, err)}
	case there:
		return &documentError{reason: v1alpha1.UploadRejectedProblem, lasting: true, err: cause, message: "Luminance did not take it: " + cause.Error()}
	}
	return cmp.Or(r.pair.Abandon(context.WithoutCancel(ctx), a.Document.ID), errAgain)
}

func nameConflict(found *luminance.Document) error {
	return &documentError{reason: v1alpha1.NameConflictProblem, lasting: true, message: fmt.Sprintf(
		"a document of this name that the operator did not put there stands in the folder (Luminance document %d); "+
			"rename or move it there, then ask for a sync", found.ID)}
}
