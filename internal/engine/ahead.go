package engine

import (
	"context"
	"sync"
)

// ahead makes the folder that comes next while the documents of the one before are on their way: else all of them would
// wait for it together. It is one folder ahead and no more, so that a run with thousands of them leaves the request
// budget to documents, and makes none in vain but one.
type ahead struct {
	ctx context.Context //nolint:containedctx // it is the run's, for what begin starts
	run *run
	// next is where the actions of another folder begin than that of the action before.
	next    int
	pending sync.WaitGroup
}

func (r *run) foldersAhead(ctx context.Context) *ahead {
	return &ahead{ctx: ctx, run: r}
}

// begin tells that an action is about to be handed out.
func (a *ahead) begin(action int) {
	actions := a.run.plan.Actions
	if action < a.next || a.run.engine.workers < 2 {
		return
	}
	for a.next = action; a.next < len(actions) && actions[a.next].Folder == actions[action].Folder; a.next++ {
	}
	if a.next == len(actions) {
		return
	}
	folder := actions[a.next].Folder
	a.pending.Wait() // for the one that is to be used now
	a.pending.Go(func() {
		// Whoever needs it meets the same error, and deals with it.
		_, _ = a.run.places.id(a.ctx, folder)
	})
}

// wait is for the folder that is being made.
func (a *ahead) wait() { a.pending.Wait() }
