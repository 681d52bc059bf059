package main

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// TestPicture holds docs/kubectl.svg against what status draws; -update draws it anew.
func TestPicture(t *testing.T) {
	const picture = "../../docs/kubectl.svg"
	g := NewWithT(t)
	lines := []string{"\x1b[2m$\x1b[0m kubectl intralinks status --watch", ""}
	p := painter{terminal: terminal{file: os.Stdout}, now: noon, speeds: &speeds{}}
	seen := overview{Integrations: []integrationView{viewIntegration(pictured())}}
	for _, s := range []*v1alpha1.FolderSync{
		named("project-heron-contracts", running(1240)), named("project-heron-finance", inSync(412, 0, 3*time.Minute)),
		named("project-merlin", inSync(20318, 40, 11*time.Minute)),
		named("project-osprey", v1alpha1.FolderSyncStatus{Conditions: ready(metav1.ConditionFalse, v1alpha1.SplashNotAcceptedReason, "")}),
	} {
		seen.Syncs = append(seen.Syncs, viewSync(s))
	}
	lines = append(append(lines, p.many(seen)...), "", "\x1b[2m$\x1b[0m kubectl intralinks status project-heron-contracts --watch", "")
	one := overview{Integrations: seen.Integrations, Syncs: seen.Syncs[:1]}
	for _, look := range []struct {
		at   time.Time
		done int64
	}{{noon.Add(-2 * time.Minute), 1224}, {noon, 1240}} {
		one.Syncs[0] = viewSync(named("project-heron-contracts", running(look.done)))
		p.speeds.note(one, look.at)
	}
	got := svg(append(lines, p.one(one)...))
	if *update {
		g.Expect(os.WriteFile(picture, []byte(got), 0o644)).To(Succeed())
	}
	want, err := os.ReadFile(picture)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal(string(want)), "go test -run TestPicture -update draws it anew")
}

func pictured() *v1alpha1.IntralinksIntegration {
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Name: "intralinks-production"}}
	i.Status = connected(func(s *v1alpha1.IntralinksIntegrationStatus) {
		s.TokenExpiresAt, s.RequestBudget.ResetAt = at(25*24*time.Hour), at(3*time.Minute)
	})
	return i
}

func named(name string, status v1alpha1.FolderSyncStatus) *v1alpha1.FolderSync {
	s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: status}
	s.Spec.Source.Folder, s.Spec.Destination.Folder = "/Contracts", "/Project Heron/Contracts"
	return s
}

// inSync is the status of a sync that has nothing to do.
func inSync(documents, problems int64, since time.Duration) v1alpha1.FolderSyncStatus {
	reason := v1alpha1.SyncedReason
	if problems > 0 {
		reason = v1alpha1.SyncedWithProblemsReason
	}
	return v1alpha1.FolderSyncStatus{
		Conditions: ready(metav1.ConditionTrue, reason, ""), ProblemCount: problems,
		Documents:    &v1alpha1.DocumentCounts{Listed: documents + problems, Synced: documents, Failed: problems},
		LastSync:     &v1alpha1.SyncSummary{StartTime: *at(-since), CompletionTime: at(-since)},
		NextSyncTime: at(15*time.Minute - since),
	}
}

var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// svg is a picture of a terminal. Each run of one colour is as wide as its columns, whatever the font; its blanks are such as
// a browser doesn't fold.
func svg(lines []string) string {
	const column, line, margin = 8.4, 20, 24
	colours := map[string]string{"": "#d7dee6", strong: "#ffffff", faint: "#7d8a97", bad: "#ff7b72", good: "#7ee787", warning: "#e3b341", moving: "#79c0ff"}
	width := 0
	for _, l := range lines {
		width = max(width, ansi.StringWidth(l))
	}
	out := new(strings.Builder)
	wide, high := float64(width)*column+2*margin, len(lines)*line+2*margin
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" role="img" aria-label="kubectl intralinks status, in a terminal">`+"\n", wide, high)
	fmt.Fprintf(out, `<rect width="%.0f" height="%d" rx="10" fill="#0d1b2a"/>`+"\n", wide, high)
	fmt.Fprintln(out, `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`)
	for y, l := range lines {
		colour, x := "", 0
		for l != "" {
			at := sgr.FindStringSubmatchIndex(l)
			text, rest, next := l, "", colour
			if at != nil {
				text, rest, next = l[:at[0]], l[at[1]:], strings.TrimPrefix(l[at[2]:at[3]], "0")
			}
			if n := ansi.StringWidth(text); strings.TrimSpace(text) != "" {
				fmt.Fprintf(out, `<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs" fill="%s">%s</text>`+"\n",
					margin+float64(x)*column, margin+14+y*line, float64(n)*column, colours[colour], strings.ReplaceAll(html.EscapeString(text), " ", "\u00a0"))
			}
			x, colour, l = x+ansi.StringWidth(text), next, rest
		}
	}
	return out.String() + "</g>\n</svg>\n"
}
