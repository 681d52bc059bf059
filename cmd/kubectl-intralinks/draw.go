package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// painter shows an overview to a person.
type painter struct {
	terminal
	now time.Time
	// everywhere: the namespaces are to be shown, too.
	everywhere bool
	// speeds of the runs, by namespace and name; nil where nobody has measured.
	speeds *speeds
}

// many shows a line for each integration and each sync.
func (p painter) many(seen overview) (lines []string) {
	if len(seen.Integrations)+len(seen.Syncs) == 0 {
		return []string{"There is neither an integration nor a sync here.", "Begin with kubectl intralinks doctor, or look in another namespace: -n, or -A for all."}
	}
	rows := make([][]string, 0, len(seen.Integrations))
	for _, i := range seen.Integrations {
		rows = append(rows, p.named(i.Namespace, i.Name, p.state(i.summary, false), cmp.Or(i.Account, "-"), p.signIn(i), p.requestsLeft(i.RequestBudget)))
	}
	if len(rows) > 0 {
		lines = append(lines, columns(p.titles("INTEGRATION", "STATE", "ACCOUNT", "SIGN-IN ENDS", "REQUESTS LEFT"), rows)...)
	}
	if len(seen.Syncs) == 0 {
		return append(lines, "", "There is no sync. Set one up: kubectl intralinks create sync")
	}
	if len(rows) > 0 {
		lines = append(lines, "")
	}
	rows = make([][]string, 0, len(seen.Syncs))
	for _, s := range seen.Syncs {
		rows = append(rows, p.named(s.Namespace, s.Name, p.state(s.summary, s.Progress != nil), p.documents(s), p.problems(s), p.lastRun(s), p.next(s)))
	}
	return append(lines, columns(p.titles("SYNC", "STATE", "DOCUMENTS", "PROBLEMS", "LAST RUN", "NEXT"), rows)...)
}

func (p painter) titles(titles ...string) []string {
	if p.everywhere {
		titles = append([]string{"NAMESPACE"}, titles...)
	}
	return titles
}

func (p painter) named(namespace, name string, cells ...string) []string {
	row := append([]string{name}, cells...)
	if p.everywhere {
		row = append([]string{namespace}, row...)
	}
	return row
}

// state is the reason, in the colour of how bad it is.
func (p painter) state(s summary, running bool) string {
	reason := printable(cmp.Or(s.Reason, "Unknown"))
	switch {
	case running:
		return p.paint(moving, reason)
	case s.Ready == metav1.ConditionFalse:
		return p.paint(bad, reason)
	case s.Reason == v1alpha1.SyncedWithProblemsReason || s.Reason == v1alpha1.SignInExpiringReason || s.Reason == v1alpha1.SuspendedReason:
		return p.paint(warning, reason)
	case s.Ready == metav1.ConditionTrue:
		return p.paint(good, reason)
	}
	return p.paint(moving, reason)
}

func (p painter) signIn(i integrationView) string {
	if i.TokenExpiresAt == nil {
		return "-"
	}
	return ahead(i.TokenExpiresAt, p.now)
}

// requestsLeft of the allowance; once its period is over nothing of it is used.
func (p painter) requestsLeft(b *v1alpha1.RequestBudgetStatus) string {
	if b == nil {
		return "-"
	}
	return fmt.Sprintf("%d of %d", max(0, b.Limit-b.Used), b.Limit)
}

func (p painter) documents(s syncView) string {
	const columns = 12
	switch {
	case s.Progress != nil && s.Progress.Total > 0:
		words := fmt.Sprintf("%s of %s, %s", count(s.Progress.Done), count(s.Progress.Total), percent(s.Progress.Done, s.Progress.Total))
		return strings.TrimSpace(p.bar(s.Progress.Done, s.Progress.Total, columns) + " " + words)
	case s.Documents != nil:
		return fmt.Sprintf("%s of %s", count(s.Documents.Synced), count(s.Documents.Listed))
	}
	return "-"
}

func (p painter) problems(s syncView) string {
	if s.ProblemCount == 0 {
		return "-"
	}
	return p.paint(warning, count(s.ProblemCount))
}

func (p painter) lastRun(s syncView) string {
	if s.LastSync == nil {
		return "-"
	}
	return ago(cmp.Or(s.LastSync.CompletionTime, &s.LastSync.StartTime), p.now)
}

func (p painter) next(s syncView) string {
	switch {
	case s.Progress != nil && s.Progress.EstimatedCompletionTime != nil:
		return "done " + ahead(s.Progress.EstimatedCompletionTime, p.now)
	case s.Progress != nil:
		return "running"
	case s.Suspended || s.NextSyncTime == nil:
		return "-"
	}
	return ahead(s.NextSyncTime, p.now)
}

// one shows all that there is to say of a sync.
func (p painter) one(seen overview) (lines []string) {
	s := seen.Syncs[0]
	lines = append(lines, p.paint(strong, s.Name)+"   "+p.state(s.summary, s.Progress != nil))
	field := func(name, format string, args ...any) {
		lines = append(lines, fmt.Sprintf("  %-12s ", name)+fmt.Sprintf(format, args...))
	}
	field("from", "%s", printable(s.Source.String()))
	field("to", "%s", printable(s.Destination.String()))
	if s.Progress != nil && s.Progress.Total > 0 {
		lines = append(lines, p.running(s)...)
	}
	p.figures(s, field)
	for _, i := range seen.Integrations {
		field("integration", "%s, %s", i.Name, p.state(i.summary, false))
		if b := i.RequestBudget; b != nil {
			field("requests", "%s left%s", p.requestsLeft(b), p.freeAgain(b))
		}
	}
	if s.Message != "" {
		lines = append(lines, "", "  "+printable(s.Message))
	}
	return lines
}

// running is the bar of a run, and below it what is left.
func (p painter) running(s syncView) []string {
	const columns = 40
	r := s.Progress
	words := fmt.Sprintf("%s of %s, %s", count(r.Done), plural(r.Total, "document"), percent(r.Done, r.Total))
	if bar := p.bar(r.Done, r.Total, columns); bar != "" {
		words = bar + "  " + words
	}
	details := []string{bytesOf(r.BytesDone) + " of " + bytesOf(r.BytesTotal)}
	if speed := p.speeds.of(s); speed != "" {
		details = append(details, speed)
	}
	if at := r.EstimatedCompletionTime; at != nil {
		details = append(details, fmt.Sprintf("done about %s (%s)", moment(at.Time, p.now), ahead(at, p.now)))
	}
	return []string{"", "  " + words, "  " + strings.Join(details, ", "), ""}
}

func (p painter) figures(s syncView, field func(name, format string, args ...any)) {
	if d := s.Documents; d != nil {
		words := []string{fmt.Sprintf("%s of %s stand in Luminance (%s)", count(d.Synced), count(d.Listed), bytesOf(s.Bytes))}
		for _, n := range []struct {
			count int64
			what  string
		}{{d.Pending, "pending"}, {d.Failed, "failed"}, {d.Skipped, "skipped"}, {d.Retained, "retained"}, {d.Moved, "moved"}} {
			if n.count > 0 {
				words = append(words, count(n.count)+" "+n.what)
			}
		}
		field("documents", "%s", strings.Join(words, ", "))
	}
	if s.ProblemCount > 0 {
		reasons := make([]string, 0, len(s.ProblemReasons))
		for _, r := range s.ProblemReasons {
			reasons = append(reasons, fmt.Sprintf("%s %s", count(r.Count), r.Reason))
		}
		field("problems", "%s: %s; see kubectl intralinks problems %s", p.paint(warning, count(s.ProblemCount)), strings.Join(reasons, ", "), s.Name)
	}
	if plan := s.Plan; plan != nil {
		field("plan", "%s and %s (%s), %s, about %s", plural(plan.Upload, "new document"), plural(plan.NewVersions, "new version"),
			bytesOf(plan.Bytes), plural(plan.CreateFolders, "new folder"), plural(plan.Requests, "request"))
	}
	if last := s.LastSync; last != nil {
		field("last run", "%s: %s", p.lastRun(s), printable(last.Message))
	}
	if s.NextSyncTime != nil && s.Progress == nil && !s.Suspended {
		field("next run", "%s", ahead(s.NextSyncTime, p.now))
	}
}

func (p painter) freeAgain(b *v1alpha1.RequestBudgetStatus) string {
	if b.ResetAt == nil || !b.ResetAt.After(p.now) {
		return ""
	}
	return fmt.Sprintf("; the next one is free again at %s", moment(b.ResetAt.Time, p.now))
}
