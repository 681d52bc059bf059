package console

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
)

// sync is the object that a wish asks for. What can't be right the API server says.
func (w wish) sync(integration types.NamespacedName) *v1alpha1.FolderSync {
	s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: integration.Namespace, Name: w.Name}}
	id := w.exchangeID()
	s.Spec = v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: integration.Name},
		Source: v1alpha1.Source{
			Exchange: v1alpha1.ExchangeReference{ID: &id}, Folder: w.Folder, Include: lines(w.Include), Exclude: lines(w.Exclude),
		},
		Destination: v1alpha1.Destination{Folder: w.Target},
		DryRun:      w.DryRun,
	}
	if number, err := strconv.ParseInt(w.Division, 10, 64); err == nil {
		s.Spec.Destination.Division.ID = &number
	} else {
		s.Spec.Destination.Division.Name = w.Division
	}
	if interval, err := time.ParseDuration(w.Interval); err == nil {
		s.Spec.Interval = &metav1.Duration{Duration: interval}
	}
	// Only the text that stood at the entrance when the form was made is accepted, and not another one.
	if w.Accept {
		s.Spec.Source.Splash.Accept = true
		if len(w.Hash) == 64 {
			s.Spec.Source.Splash.AcceptedTextHash = w.Hash
		}
	}
	return s
}

func lines(text string) []string {
	var kept []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// yamlOf writes a sync as somebody would by hand.
func yamlOf(s *v1alpha1.FolderSync) (string, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(s)
	if err != nil {
		return "", err
	}
	text, err := yaml.Marshal(struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Metadata   map[string]string `json:"metadata"`
		Spec       any               `json:"spec"`
	}{kindOf.GroupVersion().String(), kindOf.Kind, map[string]string{"name": s.Name, "namespace": s.Namespace}, trimmed(content["spec"])})
	return string(text), err
}

// trimmed leaves out what is empty.
func trimmed(value any) any {
	fields, ok := value.(map[string]any)
	if !ok {
		return value
	}
	kept := map[string]any{}
	for name, field := range fields {
		if inner, ok := trimmed(field).(map[string]any); ok && len(inner) == 0 {
			continue
		}
		kept[name] = trimmed(field)
	}
	return kept
}

// knownTime is how long a list of Divisions is shown again: each costs a request of the allowance.
const knownTime = 5 * time.Minute

// known remembers the Divisions of integrations. Whoever is shown them may see them: that is asked each time.
type known struct {
	mu   sync.Mutex
	kept map[knownKey]knownDivisions
}

type knownKey struct {
	integration types.NamespacedName
	credentials string
}

type knownDivisions struct {
	items []findings.Division
	asked time.Time
}

func (k *known) divisions(ctx context.Context, c *Console, v *visit) ([]findings.Division, error) {
	integration := &v1alpha1.IntralinksIntegration{}
	if err := c.Objects.Get(ctx, v.named(), integration); err != nil {
		return nil, err
	}
	key := knownKey{v.named(), integration.Status.CredentialsRevision}
	now := c.Clock.Now()
	if kept, ok := k.find(key, now); ok {
		return kept, nil
	}
	found, err := c.Live.Divisions(ctx, v.named())
	if err != nil {
		return nil, err
	}
	items := slices.DeleteFunc(found.Items, func(d findings.Division) bool { return d.State != "" && d.State != "active" })
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[key] = knownDivisions{items: items, asked: now}
	return items, nil
}

func (k *known) find(key knownKey, now time.Time) ([]findings.Division, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for other, kept := range k.kept {
		if now.Sub(kept.asked) >= knownTime {
			delete(k.kept, other)
		}
	}
	kept, ok := k.kept[key]
	return kept.items, ok
}
