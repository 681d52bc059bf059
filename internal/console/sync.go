package console

import (
	"fmt"
	"net/http"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// syncPage is one sync.
type syncPage struct {
	page
	Path      string
	Route     route
	Standing  standing
	MayChange bool
	Suspended bool
	Run       *runView
	// Whole is how much of the source has arrived, while no run is on.
	Whole        *runView
	Tiles        []tile
	ProblemCount int64
	Reasons      []v1alpha1.ProblemCount
	Plan         *v1alpha1.PlanSummary
	Facts        []fact
}

// runView is a run that is under way.
type runView struct {
	Done, Total, BytesDone, BytesTotal int64
	Ends                               *moment
}

// tile is a count of documents.
type tile struct {
	Label, Tone, Path string
	Count             int64
}

// fact is a name with a value, which may be a time or lead somewhere.
type fact struct {
	Name, Value, Path string
	Time              *moment
}

// named is the object of the address.
func (v *visit) named() types.NamespacedName {
	return types.NamespacedName{Namespace: v.r.PathValue("namespace"), Name: v.r.PathValue("name")}
}

// sync reads the sync of the address, with the rights of who is there.
func (v *visit) sync() (*v1alpha1.FolderSync, error) {
	s := &v1alpha1.FolderSync{}
	return s, v.who.client.Get(v.r.Context(), v.named(), s)
}

func trailTo(section, namespace, name string) []link {
	label := map[string]string{"syncs": "Syncs", "integrations": "Integrations"}[section]
	trail := []link{{Text: label, Path: pathOf(section)}, {Text: namespace, Path: pathOf(section) + queryOf("namespace", namespace)}}
	if section == "integrations" { // whose list is not narrowed by namespace
		trail[1].Path = ""
	}
	if name != "" {
		trail = append(trail, link{Text: name, Path: pathOf(section, namespace, name)})
	}
	return trail
}

func (c *Console) showSync(v *visit) error {
	s, err := v.sync()
	if err != nil {
		return err
	}
	may, err := v.who.may(v.r.Context(), "patch", syncsResource, s.Namespace, s.Name)
	if err != nil {
		return err
	}
	p := syncPage{
		page: v.page("syncs", s.Name, trailTo("syncs", s.Namespace, "")...), Path: pathOf("syncs", s.Namespace, s.Name), Route: routeOf(s),
		Standing: standingOf(s), MayChange: may, Suspended: s.Spec.Suspend, ProblemCount: s.Status.ProblemCount,
		Reasons: s.Status.ProblemReasons, Plan: s.Status.Plan, Facts: c.factsOf(s),
	}
	if run := s.Status.Progress; run != nil {
		p.Run = &runView{Done: run.Done, Total: run.Total, BytesDone: run.BytesDone, BytesTotal: run.BytesTotal}
		if run.EstimatedCompletionTime != nil {
			p.Run.Ends = c.moment(run.EstimatedCompletionTime.Time)
		}
	}
	if d := s.Status.Documents; d != nil && d.Listed > 0 {
		p.Whole = &runView{Done: d.Synced, Total: d.Listed}
	}
	p.Tiles = tilesOf(s.Status.Documents, p.Path)
	show(v.w, http.StatusOK, "sync", p)
	return nil
}

func tilesOf(d *v1alpha1.DocumentCounts, path string) []tile {
	if d == nil {
		d = &v1alpha1.DocumentCounts{}
	}
	tiles := []tile{
		{Label: "listed in Intralinks", Count: d.Listed},
		{Label: "stand in Luminance", Tone: toneWell, Count: d.Synced, Path: path + "/documents"},
		{Label: "to be carried", Count: d.Pending},
	}
	for _, t := range []tile{
		{Label: "failed", Tone: toneIll, Count: d.Failed, Path: path + "/problems"},
		{Label: "left out", Count: d.Skipped},
		{Label: "gone from Intralinks, kept", Count: d.Retained},
		{Label: "moved in Intralinks since", Count: d.Moved},
	} {
		if t.Count > 0 {
			tiles = append(tiles, t)
		}
	}
	return tiles
}

func (c *Console) factsOf(s *v1alpha1.FolderSync) []fact {
	facts := []fact{{Name: "Integration", Value: s.Spec.IntegrationRef.Name, Path: pathOf("integrations", s.Namespace, s.Spec.IntegrationRef.Name)}}
	if last := s.Status.LastSync; last != nil {
		facts = append(facts, fact{Name: "Last run", Value: fmt.Sprintf("%s and %s, with %s",
			some(last.Uploaded, "document", "documents"), some(last.NewVersions, "new version", "new versions"), some(last.Requests, "request", "requests"))})
		if last.CompletionTime != nil {
			facts = append(facts, fact{Name: "It ended", Time: c.moment(last.CompletionTime.Time)})
		}
	}
	facts = c.withTime(facts, "Last success", s.Status.LastSuccessTime)
	if !s.Spec.Suspend {
		facts = c.withTime(facts, "Next run", s.Status.NextSyncTime)
	}
	if s.Spec.Interval != nil {
		facts = append(facts, fact{Name: "Interval", Value: length(s.Spec.Interval.Duration)})
	}
	for _, patterns := range []struct {
		name string
		of   []string
	}{{"Only", s.Spec.Source.Include}, {"Left out", s.Spec.Source.Exclude}} {
		for _, pattern := range patterns.of {
			facts = append(facts, fact{Name: patterns.name, Value: pattern})
		}
	}
	return facts
}

func (c *Console) withTime(facts []fact, name string, at *metav1.Time) []fact {
	if at == nil {
		return facts
	}
	return append(facts, fact{Name: name, Time: c.moment(at.Time)})
}

func numberOf(kind string, id int64) string { return kind + " " + strconv.FormatInt(id, 10) }

// changeSync does what a button says: the person's own patch, which the API server allows or not.
func (c *Console) changeSync(v *visit) error {
	s, err := v.sync()
	if err != nil {
		return err
	}
	before := s.DeepCopy()
	switch v.r.PathValue("deed") {
	case "run":
		if s.Annotations == nil {
			s.Annotations = map[string]string{}
		}
		s.Annotations[v1alpha1.ReconcileRequestAnnotation] = c.Clock.Now().UTC().Format(timeFormat)
	case "suspend":
		s.Spec.Suspend = true
	case "resume":
		s.Spec.Suspend = false
	default:
		return errNoPage
	}
	if err := v.who.client.Patch(v.r.Context(), s, client.MergeFrom(before)); err != nil {
		return err
	}
	return v.goTo(pathOf("syncs", s.Namespace, s.Name))
}

// timeFormat of the annotations that ask for something: any new value is a request.
const timeFormat = "2006-01-02T15:04:05.999999999Z07:00"
