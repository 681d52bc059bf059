package inspect

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// Divisions lists the Divisions that the service user can see, by name. It costs one request of the allowance, or two where
// there are very many.
func (i *Inspector) Divisions(ctx context.Context, integration types.NamespacedName) (*findings.Divisions, error) {
	l, err := i.link(ctx, integration, luminanceSide)
	if err != nil {
		return nil, err
	}
	var requests atomic.Int64
	ctx = budget.WithCounter(asking(ctx, integration.Namespace), &requests)
	found := &findings.Divisions{Items: []findings.Division{}}
	for d, err := range l.Luminance.Divisions(ctx) {
		if err != nil {
			return nil, asError(err, i.Clock.Now())
		}
		found.Items = append(found.Items, findings.Division{ID: d.ID, Name: d.Name, Moniker: d.Moniker, State: d.State, Type: d.Type})
	}
	slices.SortFunc(found.Items, func(a, b findings.Division) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	found.Requests = requests.Load()
	return found, nil
}

// Folders lists the folders of a Division, which is named by its id, its moniker or its name. It costs one request of the
// allowance for the folders, and one or two more where the Division isn't known by that id yet.
func (i *Inspector) Folders(ctx context.Context, integration types.NamespacedName, division string) (*findings.DivisionFolders, error) {
	l, err := i.link(ctx, integration, luminanceSide)
	if err != nil {
		return nil, err
	}
	syncs, err := i.syncsOf(ctx, l.integration)
	if err != nil {
		return nil, err
	}
	var requests atomic.Int64
	ctx = budget.WithCounter(asking(ctx, integration.Namespace), &requests)
	found := &findings.DivisionFolders{Items: []findings.DivisionFolder{}}
	if found.Division, err = resolveDivision(ctx, l, syncs, division); err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	folders, cut, err := allFolders(ctx, l.Luminance, found.Division.ID)
	if err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	found.Incomplete, found.Requests = cut, requests.Load()
	fed := fedFolders(syncs, found.Division.ID)
	for _, f := range engine.DivisionFolders(folders, serviceUser(l), "") {
		path := rooted(f.Path)
		depth := 0
		if f.Path != "" {
			depth = strings.Count(path, "/")
		}
		found.Items = append(found.Items, findings.DivisionFolder{ID: f.ID, Path: path, Depth: depth, Sync: fed[path]})
	}
	return found, nil
}

// allFolders reads the folders of a Division; where it can't be told whether they are all, cut says why.
func allFolders(ctx context.Context, c *luminance.Client, division int64) (folders []luminance.Folder, cut string, err error) {
	for f, err := range c.Folders(ctx, division) {
		if truncated := (*luminance.TruncatedError)(nil); errors.As(err, &truncated) {
			return folders, "Luminance may have cut the list of folders: " + truncated.Reason, nil
		}
		if err != nil {
			return nil, "", err
		}
		folders = append(folders, f)
	}
	return folders, "", nil
}

// fedFolders are the destinations of syncs in a Division.
func fedFolders(syncs []v1alpha1.FolderSync, division int64) map[string]string {
	fed := map[string]string{}
	for i := range syncs {
		if resolved := syncs[i].Status.Division; resolved != nil && resolved.ID == division {
			fed[rooted(syncs[i].Spec.Destination.Folder)] = syncs[i].Name
		}
	}
	return fed
}

func serviceUser(l *link) int64 {
	if user := l.integration.Status.Luminance.ServiceUser; user != nil {
		return user.ID
	}
	return 0
}

// resolveDivision finds a Division; where a sync has found it before, at no cost.
func resolveDivision(ctx context.Context, l *link, syncs []v1alpha1.FolderSync, division string) (findings.Reference, error) {
	id, err := strconv.ParseInt(division, 10, 64)
	byID := err == nil && id > 0
	for i := range syncs {
		resolved := syncs[i].Status.Division
		if resolved != nil && resolved.Service == l.Instance && (byID && resolved.ID == id) {
			return findings.Reference{ID: resolved.ID, Name: resolved.Name}, nil
		}
	}
	refs := []luminance.DivisionRef{{Name: division}, {Moniker: division}}
	if byID {
		refs = []luminance.DivisionRef{{ID: id}}
	}
	var found luminance.Division
	for _, ref := range refs {
		if found, err = l.Luminance.ResolveDivision(ctx, ref); luminance.ClassOf(err) != luminance.NotFound {
			break
		}
	}
	var ambiguous *luminance.AmbiguousError
	switch {
	case err == nil:
		return findings.Reference{ID: found.ID, Name: found.Name}, nil
	case errors.As(err, &ambiguous):
		return findings.Reference{}, &findings.Error{Code: 409, Reason: v1alpha1.DivisionAmbiguousReason,
			Message: "several Divisions have this name; name the one you mean by its id or its moniker"}
	case luminance.ClassOf(err) == luminance.NotFound:
		return findings.Reference{}, &findings.Error{Code: 404, Reason: v1alpha1.DivisionNotFoundReason, Message: "the service user sees no Division " +
			strconv.Quote(division) + "; name one of those that `kubectl intralinks divisions` lists, by its id, its moniker or its name"}
	}
	return findings.Reference{}, err
}

// Allowance tells how much of the allowance of an integration's instance is used. It costs nothing.
func (i *Inspector) Allowance(ctx context.Context, integration types.NamespacedName) (*findings.Allowance, error) {
	l, err := i.link(ctx, integration)
	if err != nil {
		return nil, err
	}
	s := l.Budget.State()
	return &findings.Allowance{
		Instance: l.Instance, Limit: s.Limit, Used: s.Used, Waiting: s.Waiting, Period: s.Per.String(), FreeAt: s.ResetAt, PausedUntil: s.PausedUntil,
	}, nil
}
