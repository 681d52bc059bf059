package console

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// syncsPage is the list of syncs.
type syncsPage struct {
	page
	Query, Namespace, Group string
	Namespaces              []string
	Groups                  []group
	Rows                    []syncRow
	Pager                   pager
	Narrowed                bool
}

// group is a part of the list, with how many are in it.
type group struct {
	Label, Path string
	Count       int
	Current     bool
}

type syncRow struct {
	Name, Namespace, Path string
	Route                 route
	Standing              standing
	Done, Total, Problems int64
	// Listed: it is known how many documents there are. Planned: runs only plan.
	Listed, Planned bool
	Ends, Last      *moment
}

// route is what goes where.
type route struct{ From, To end }

type end struct{ Name, Folder string }

func routeOf(s *v1alpha1.FolderSync) route {
	from := end{Name: s.Spec.Source.Exchange.Name, Folder: s.Spec.Source.Folder}
	to := end{Name: s.Spec.Destination.Division.Name, Folder: s.Spec.Destination.Folder}
	if s.Status.Exchange != nil && s.Status.Exchange.Name != "" {
		from.Name = s.Status.Exchange.Name
	}
	if s.Status.Division != nil && s.Status.Division.Name != "" {
		to.Name = s.Status.Division.Name
	}
	if from.Name == "" && s.Spec.Source.Exchange.ID != nil {
		from.Name = numberOf("Exchange", *s.Spec.Source.Exchange.ID)
	}
	if to.Name == "" {
		to.Name = s.Spec.Destination.Division.Moniker
	}
	if to.Name == "" && s.Spec.Destination.Division.ID != nil {
		to.Name = numberOf("Division", *s.Spec.Destination.Division.ID)
	}
	return route{From: from, To: to}
}

func (c *Console) listSyncs(v *visit) error {
	all, err := c.syncs(v)
	if err != nil {
		return err
	}
	query := v.r.URL.Query()
	p := syncsPage{
		page: v.page("syncs", "Syncs"), Query: query.Get("q"), Namespace: query.Get("namespace"), Group: query.Get("group"),
		Namespaces: namespacesOf(all),
	}
	found := search(all, p.Query, p.Namespace)
	p.Groups = groupsOf(found, query)
	if p.Group != "" {
		found = slices.DeleteFunc(found, func(s *v1alpha1.FolderSync) bool { return standingOf(s).Group != p.Group })
	}
	p.Narrowed = p.Query != "" || p.Namespace != "" || p.Group != ""
	found, p.Pager = cut(found, query)
	for _, s := range found {
		p.Rows = append(p.Rows, c.rowOf(s))
	}
	show(v.w, http.StatusOK, "syncs", p)
	return nil
}

// search keeps what holds each word of a query in its name, its namespace or its ends.
func search(all []*v1alpha1.FolderSync, query, namespace string) []*v1alpha1.FolderSync {
	words := strings.Fields(strings.ToLower(query))
	return slices.DeleteFunc(slices.Clone(all), func(s *v1alpha1.FolderSync) bool {
		if namespace != "" && s.Namespace != namespace {
			return true
		}
		if len(words) == 0 {
			return false
		}
		r := routeOf(s)
		return !holds(words, s.Name, s.Namespace, r.From.Name, r.From.Folder, r.To.Name, r.To.Folder)
	})
}

// holds tells whether each word, in small letters, is in one of the texts.
func holds(words []string, texts ...string) bool {
	text := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func namespacesOf(syncs []*v1alpha1.FolderSync) []string {
	names := map[string]bool{}
	for _, s := range syncs {
		names[s.Namespace] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// groupsOf counts a list; only groups with something in them are shown, beside the one that is chosen.
func groupsOf(syncs []*v1alpha1.FolderSync, query url.Values) []group {
	counts := map[string]int{}
	for _, s := range syncs {
		counts[standingOf(s).Group]++
	}
	chosen := query.Get("group")
	groups := []group{{Label: "All", Path: altered(query, "group", ""), Count: len(syncs), Current: chosen == ""}}
	for _, g := range []struct{ name, label string }{
		{groupRunning, "Syncing"}, {groupAttention, "Needs attention"}, {groupProblems, "Problems"},
		{groupSynced, "Synced"}, {groupWaiting, "Waiting"}, {groupSuspended, "Suspended"},
	} {
		if counts[g.name] > 0 || chosen == g.name {
			groups = append(groups, group{Label: g.label, Path: altered(query, "group", g.name), Count: counts[g.name], Current: chosen == g.name})
		}
	}
	return groups
}

func (c *Console) rowOf(s *v1alpha1.FolderSync) syncRow {
	row := syncRow{
		Name: s.Name, Namespace: s.Namespace, Path: pathOf("syncs", s.Namespace, s.Name), Route: routeOf(s), Standing: standingOf(s),
		Problems: s.Status.ProblemCount, Planned: s.Spec.DryRun,
	}
	if d := s.Status.Documents; d != nil {
		row.Listed, row.Done, row.Total = true, d.Synced, max(1, d.Listed)
	}
	if run := s.Status.Progress; run != nil && run.EstimatedCompletionTime != nil {
		row.Ends = c.moment(run.EstimatedCompletionTime.Time)
	}
	if s.Status.LastSuccessTime != nil {
		row.Last = c.moment(s.Status.LastSuccessTime.Time)
	}
	return row
}
