package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

const (
	lookEvery = 250 * time.Millisecond
	// printEvery keeps a log readable; a terminal's table moves with every look.
	printEvery = 5 * time.Second
	// rest is how long nothing may have moved at the end: the figures of the allowance follow a run, somewhat later.
	rest = time.Second
	// A run that waits for the allowance stands still for up to ten minutes. Without one, nothing should.
	stillLimit          = 12 * time.Minute
	stillLimitUnlimited = 3 * time.Minute
)

// view is what the Kubernetes API tells about both resources at one moment.
type view struct {
	integration v1alpha1.IntralinksIntegration
	sync        v1alpha1.FolderSync
}

func (c *cluster) look(ctx context.Context, sync string) (view, error) {
	var v view
	if err := c.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: integrationName}, &v.integration); err != nil {
		return v, err
	}
	err := c.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: sync}, &v.sync)
	return v, err
}

// follow looks until done says so, and shows how it goes. It gives up when the operator says that no
// retry can help, and when nothing has moved for too long.
func (d *demo) follow(ctx context.Context, done func(view) bool) (view, error) {
	limit := stillLimit
	if d.settings.unlimited {
		limit = stillLimitUnlimited
	}
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	board := newBoard(d.out, d.plan)
	var last string
	moved := time.Now()
	for {
		v, err := d.cluster.look(ctx, d.plan.Sync)
		if err != nil && ctx.Err() == nil {
			return v, fmt.Errorf("read the resources: %w", err)
		}
		if now := v.fingerprint(); now != last {
			last, moved = now, time.Now()
		}
		if err := v.stalled(); err != nil {
			return v, err
		}
		finished := done(v) && time.Since(moved) > rest
		board.show(v, finished)
		if finished {
			return v, nil
		}
		if time.Since(moved) > limit {
			return v, fmt.Errorf("nothing has moved for %s", limit)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return v, context.Cause(ctx)
		}
	}
}

// fingerprint changes whenever anything in a status does.
func (v view) fingerprint() string {
	return v.integration.ResourceVersion + " " + v.sync.ResourceVersion
}

// stalled is the error of what only a person can mend.
func (v view) stalled() error {
	for kind, conditions := range map[string][]metav1.Condition{
		"IntralinksIntegration": v.integration.Status.Conditions, "FolderSync": v.sync.Status.Conditions,
	} {
		if c := meta.FindStatusCondition(conditions, v1alpha1.StalledCondition); c != nil && c.Status == metav1.ConditionTrue {
			return fmt.Errorf("the %s cannot go on (%s): %s", kind, c.Reason, c.Message)
		}
	}
	return nil
}

// through tells that a run has ended, that none is on, and that nothing is left to do.
func (v view) through() bool {
	s := v.sync.Status
	return meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ReadyCondition) &&
		s.LastSync != nil && s.LastSync.CompletionTime != nil && s.Progress == nil &&
		s.Documents != nil && s.Documents.Pending == 0
}

// board shows the progress: as a table on a terminal, as lines elsewhere.
type board struct {
	out     *screen
	plan    plan
	printed time.Time
	last    string
}

func newBoard(out *screen, p plan) *board { return &board{out: out, plan: p} }

var columns = []string{"FOLDER", "SYNCED", "PENDING", "BYTES", "REQUESTS LEFT", "ETA"}

func (b *board) show(v view, final bool) {
	cells := b.cells(v)
	if b.out.terminal {
		b.out.redraw(append(aligned(columns, cells), "", state(v)))
		if final {
			b.out.printf("")
		}
		return
	}
	line := b.line(cells, v)
	if line == b.last || (!final && time.Since(b.printed) < printEvery) {
		return
	}
	b.last, b.printed = line, time.Now()
	b.out.printf("%s\n", line)
}

func (b *board) line(cells []string, v view) string {
	parts := make([]string, 0, len(columns)+1)
	for i, name := range columns {
		parts = append(parts, strings.ToLower(name)+" "+cells[i])
	}
	return strings.Join(append(parts, state(v)), ", ")
}

func (b *board) cells(v view) []string {
	status := v.sync.Status
	synced, pending, eta := "-", "-", "-"
	carried := status.Bytes
	if d := status.Documents; d != nil {
		synced, pending = fmt.Sprint(d.Synced), fmt.Sprint(d.Pending)
	}
	if p := status.Progress; p != nil {
		carried = p.BytesDone
		if p.EstimatedCompletionTime != nil {
			eta = max(0, time.Until(p.EstimatedCompletionTime.Time)).Round(time.Second).String()
		}
	}
	return []string{b.plan.Folder, synced, pending, bytesText(carried), b.requestsLeft(v), eta}
}

func (b *board) requestsLeft(v view) string {
	budget := v.integration.Status.RequestBudget
	switch {
	case b.plan.Unlimited:
		return "unlimited"
	case budget == nil:
		return "-"
	default:
		return fmt.Sprintf("%d of %d", budget.Limit-budget.Used, budget.Limit)
	}
}

// state is what the sync says of itself, or the integration as long as it is not ready.
func state(v view) string {
	for _, conditions := range [][]metav1.Condition{v.integration.Status.Conditions, v.sync.Status.Conditions} {
		ready := meta.FindStatusCondition(conditions, v1alpha1.ReadyCondition)
		if ready != nil && ready.Status != metav1.ConditionTrue {
			return ready.Reason + ": " + ready.Message
		}
	}
	if ready := meta.FindStatusCondition(v.sync.Status.Conditions, v1alpha1.ReadyCondition); ready != nil {
		return ready.Reason + ": " + ready.Message
	}
	return "waiting for the operator"
}

// aligned sets a heading and cells under each other.
func aligned(heading, cells []string) []string {
	var top, row strings.Builder
	for i := range heading {
		width := max(len([]rune(heading[i])), len([]rune(cells[i]))) + 3
		fmt.Fprintf(&top, "%-*s", width, heading[i])
		fmt.Fprintf(&row, "%-*s", width, cells[i])
	}
	return []string{top.String(), row.String()}
}
