package console

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/findings"
)

func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	g := NewWithT(t)
	now := time.Date(2030, 1, 2, 8, 0, 0, 0, time.UTC)
	c := &Console{Clock: clocktesting.NewFakePassiveClock(now)}
	for ahead, words := range map[time.Duration]string{
		0: "just now", -59 * time.Second: "just now", 30 * time.Second: "in less than a minute", time.Minute: "in 1 min", -90 * time.Minute: "1 h 30 min ago",
		43*time.Hour + 45*time.Minute: "in 1 day 19 h", 80 * time.Hour: "in 3 days", -49 * time.Hour: "2 days 1 h ago",
	} {
		g.Expect(c.moment(now.Add(ahead)).Relative).To(Equal(words))
	}
	g.Expect(c.moment(time.Time{})).To(BeNil())
	g.Expect(c.moment(now.Add(time.Hour)).At).To(Equal("09:00 UTC"))
	g.Expect(c.moment(now.Add(24 * time.Hour)).At).To(Equal("3 Jan 2030, 08:00 UTC"))
}

// TestTenThousandSyncs are searched, counted and paged, each of them on one page.
func TestTenThousandSyncs(t *testing.T) {
	g := NewWithT(t)
	var all []*v1alpha1.FolderSync
	for i := range 10_000 {
		s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: fmt.Sprintf("deal-%d", i%50), Name: fmt.Sprintf("sync-%05d", i)}}
		s.Spec.Source.Exchange.Name, s.Spec.Suspend = fmt.Sprintf("Project %d", i), i%4 == 0
		all = append(all, s)
	}
	g.Expect(search(all, "project 777", "")).To(HaveLen(19)) // 777, 1777 to 9777, 7770 to 7779
	g.Expect(search(all, "SYNC-00777 project", "")).To(HaveLen(1))
	g.Expect(search(all, "", "deal-3")).To(HaveLen(200))
	g.Expect(all).To(HaveLen(10_000), "the list itself stays whole")
	groups := groupsOf(all, url.Values{"q": {"x"}})
	g.Expect(groups).To(HaveLen(3))
	g.Expect(groups[0].Count).To(Equal(10_000))
	g.Expect(groups[2]).To(Equal(group{Label: "Suspended", Path: "?group=suspended&q=x", Count: 2500}))

	seen := map[string]bool{}
	query := url.Values{}
	for range 1000 {
		items, p := cut(all, query)
		for _, s := range items {
			seen[s.Name] = true
		}
		if p.Behind == "" {
			break
		}
		next, err := url.ParseQuery(p.Behind[1:])
		g.Expect(err).NotTo(HaveOccurred())
		query = next
	}
	g.Expect(seen).To(HaveLen(10_000))
	items, p := cut(all, url.Values{"page": {"999999"}})
	g.Expect(items).To(HaveLen(pageSize))
	g.Expect(p).To(Equal(pager{From: 9951, To: 10_000, Total: 10_000, Before: "?page=199"}))
	items, p = cut(all[:0], url.Values{"page": {"-1"}})
	g.Expect(items).To(BeEmpty())
	g.Expect(p.Behind).To(BeEmpty())
}

// TestProposals can be activated as they stand: the API server takes no other names and paths.
func TestProposals(t *testing.T) {
	g := NewWithT(t)
	w := wishFor(&findings.Exchange{ID: 7, Name: `  Projekt „Wolf“: A/B * 100% `}, "/Verträge/2024")
	g.Expect(w.Name).To(Equal("projekt-wolf-a-b-100-2024"))
	g.Expect(w.Target).NotTo(ContainSubstring("*"))
	g.Expect(w.Target).To(HaveSuffix("/Verträge/2024"))
}

// TestTheYAMLOfAWish says what was wished, and nothing that is empty.
func TestTheYAMLOfAWish(t *testing.T) {
	g := NewWithT(t)
	w := wish{Name: "heron", Exchange: "7100015", Folder: "/Contracts", Division: "12", Target: "/Heron", Interval: "1h", Include: " **/*.pdf \n\n**/*.docx", DryRun: true}
	text, err := yamlOf(w.sync(namespaced("deals", "production")))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(text).To(Equal(`apiVersion: dataroom.dev/v1alpha1
kind: FolderSync
metadata:
  name: heron
  namespace: deals
spec:
  destination:
    division:
      id: 12
    folder: /Heron
  dryRun: true
  integrationRef:
    name: production
  interval: 1h0m0s
  source:
    exchange:
      id: 7100015
    folder: /Contracts
    include:
    - '**/*.pdf'
    - '**/*.docx'
`))
}

// TestTheChart draws an hour, the newest at the right.
func TestTheChart(t *testing.T) {
	g := NewWithT(t)
	now := time.Date(2030, 1, 2, 8, 0, 0, 0, time.UTC)
	clock := clocktesting.NewFakePassiveClock(now)
	state := budget.State{Limit: 80, Used: 40, Per: 10 * time.Minute, Waiting: 3}
	c := &Console{Clock: clock, Budgets: func() map[string]budget.State {
		return map[string]budget.State{"acme.app.luminance.com:443": state}
	}, history: &history{}}
	g.Expect(c.chartOf("other.app.luminance.com")).To(BeNil())
	c.history.note(now.Add(-2*historyTime), c.Budgets())
	c.history.note(now.Add(-historyTime/2), c.Budgets())
	state.Used = 80
	drawn := c.chartOf("ACME.app.luminance.com")
	g.Expect(drawn.UsedPath).To(Equal("M376,90H708V12"))
	g.Expect(drawn.LimitPath).To(Equal("M44,12L376,12H708V12"))
	g.Expect(drawn.Says).To(Equal("Requests taken in the last hour: 80 of 80 now, 80 at the most."))
	g.Expect(drawn.Per).To(Equal("10 minutes"))
}

// TestStandings: the worst that holds is what is said.
func TestStandings(t *testing.T) {
	g := NewWithT(t)
	with := func(status metav1.ConditionStatus, change func(*v1alpha1.FolderSync)) string {
		s := &v1alpha1.FolderSync{}
		s.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ReadyCondition, Status: status, Reason: "Some", Message: "this and that (" + v1alpha1.HelpOn("Some") + ")"}}
		change(s)
		found := standingOf(s)
		g.Expect(found.Message).NotTo(ContainSubstring("http"))
		return found.Label
	}
	running := func(s *v1alpha1.FolderSync) { s.Status.Progress = &v1alpha1.Progress{} }
	g.Expect(with(metav1.ConditionTrue, func(*v1alpha1.FolderSync) {})).To(Equal("Synced"))
	g.Expect(with(metav1.ConditionTrue, func(s *v1alpha1.FolderSync) { s.Status.ProblemCount = 1 })).To(Equal("Synced with problems"))
	g.Expect(with(metav1.ConditionTrue, running)).To(Equal("Syncing"))
	g.Expect(with(metav1.ConditionUnknown, func(*v1alpha1.FolderSync) {})).To(Equal("Waiting"))
	g.Expect(with(metav1.ConditionFalse, running)).To(Equal("Needs attention"))
	g.Expect(with(metav1.ConditionFalse, func(s *v1alpha1.FolderSync) { s.Spec.Suspend = true })).To(Equal("Suspended"))
	g.Expect(with(metav1.ConditionTrue, func(s *v1alpha1.FolderSync) { s.Spec.DryRun = true })).To(Equal("Dry run"))
}

func namespaced(namespace, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: name}
}
