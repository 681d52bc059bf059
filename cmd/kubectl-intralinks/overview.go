package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// overview is what status shows: syncs, and the integrations that they use.
type overview struct {
	Integrations []integrationView `json:"integrations"`
	Syncs        []syncView        `json:"syncs"`
}

// summary is the condition Ready in three words, for both kinds.
type summary struct {
	// Ready is True, False or Unknown.
	Ready   metav1.ConditionStatus `json:"ready"`
	Reason  string                 `json:"reason,omitempty"`
	Message string                 `json:"message,omitempty"`
}

// integrationView is an integration as status shows it.
type integrationView struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	summary
	Account        string                        `json:"account,omitempty"`
	TokenExpiresAt *metav1.Time                  `json:"tokenExpiresAt,omitempty"`
	ExchangeCount  int32                         `json:"exchangeCount"`
	Luminance      string                        `json:"luminance"`
	RequestBudget  *v1alpha1.RequestBudgetStatus `json:"requestBudget,omitempty"`
}

// syncView is a sync as status shows it.
type syncView struct {
	Namespace   string `json:"namespace"`
	Name        string `json:"name"`
	Integration string `json:"integration"`
	summary
	Suspended      bool                     `json:"suspended"`
	DryRun         bool                     `json:"dryRun"`
	Source         place                    `json:"source"`
	Destination    place                    `json:"destination"`
	Documents      *v1alpha1.DocumentCounts `json:"documents,omitempty"`
	Bytes          int64                    `json:"bytes"`
	Progress       *v1alpha1.Progress       `json:"progress,omitempty"`
	LastSync       *v1alpha1.SyncSummary    `json:"lastSync,omitempty"`
	NextSyncTime   *metav1.Time             `json:"nextSyncTime,omitempty"`
	ProblemCount   int64                    `json:"problemCount"`
	ProblemReasons []v1alpha1.ProblemCount  `json:"problemReasons,omitempty"`
	Plan           *v1alpha1.PlanSummary    `json:"plan,omitempty"`

	// handled is the last request for a run that was met.
	handled string
}

// place is a folder of an exchange or of a Division.
type place struct {
	ID     int64  `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
	Folder string `json:"folder"`
}

func summaryOf(conditions []metav1.Condition) summary {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ReadyCondition)
	if ready == nil {
		return summary{Ready: metav1.ConditionUnknown}
	}
	return summary{ready.Status, ready.Reason, ready.Message}
}

func viewIntegration(i *v1alpha1.IntralinksIntegration) integrationView {
	return integrationView{
		Namespace: i.Namespace, Name: i.Name, summary: summaryOf(i.Status.Conditions), Account: i.Status.Account,
		TokenExpiresAt: i.Status.TokenExpiresAt, ExchangeCount: i.Status.ExchangeCount, Luminance: i.Spec.Luminance.BaseURL,
		RequestBudget: i.Status.RequestBudget,
	}
}

func viewSync(s *v1alpha1.FolderSync) syncView {
	return syncView{
		Namespace: s.Namespace, Name: s.Name, Integration: s.Spec.IntegrationRef.Name, summary: summaryOf(s.Status.Conditions),
		Suspended: s.Spec.Suspend, DryRun: s.Spec.DryRun,
		Source: placeOf(s.Status.Exchange, s.Spec.Source.Exchange.ID, s.Spec.Source.Exchange.Name, s.Spec.Source.Folder),
		Destination: placeOf(s.Status.Division, s.Spec.Destination.Division.ID,
			cmp.Or(s.Spec.Destination.Division.Name, s.Spec.Destination.Division.Moniker), s.Spec.Destination.Folder),
		Documents: s.Status.Documents, Bytes: s.Status.Bytes, Progress: s.Status.Progress, LastSync: s.Status.LastSync,
		NextSyncTime: s.Status.NextSyncTime, ProblemCount: s.Status.ProblemCount, ProblemReasons: s.Status.ProblemReasons,
		Plan: s.Status.Plan, handled: s.Status.LastHandledReconcileAt,
	}
}

// placeOf takes what the operator found, and before it has found anything what it is to look for.
func placeOf(found *v1alpha1.ResolvedReference, id *int64, name, folder string) place {
	if found != nil {
		return place{ID: found.ID, Name: cmp.Or(found.Name, name), Folder: folder}
	}
	p := place{Name: name, Folder: folder}
	if id != nil {
		p.ID = *id
	}
	return p
}

// String names the place for a person.
func (p place) String() string {
	switch {
	case p.Name == "":
		return strconv.FormatInt(p.ID, 10) + " " + p.Folder
	case p.ID == 0:
		return p.Name + " " + p.Folder
	}
	return p.Name + " (" + strconv.FormatInt(p.ID, 10) + ") " + p.Folder
}

// look reads what there is in a namespace, "" for all; of a named sync only that and its integration.
func look(ctx context.Context, c client.Reader, namespace, name string) (overview, error) {
	if name != "" {
		return lookAtOne(ctx, c, namespace, name)
	}
	var syncs v1alpha1.FolderSyncList
	var integrations v1alpha1.IntralinksIntegrationList
	if err := c.List(ctx, &syncs, client.InNamespace(namespace)); err != nil {
		return overview{}, err
	}
	if err := c.List(ctx, &integrations, client.InNamespace(namespace)); err != nil {
		return overview{}, err
	}
	seen := overview{Integrations: []integrationView{}, Syncs: []syncView{}}
	for i := range integrations.Items {
		seen.Integrations = append(seen.Integrations, viewIntegration(&integrations.Items[i]))
	}
	for i := range syncs.Items {
		seen.Syncs = append(seen.Syncs, viewSync(&syncs.Items[i]))
	}
	slices.SortFunc(seen.Integrations, func(a, b integrationView) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(seen.Syncs, func(a, b syncView) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return seen, nil
}

func lookAtOne(ctx context.Context, c client.Reader, namespace, name string) (overview, error) {
	sync, err := getSync(ctx, c, namespace, name)
	if err != nil {
		return overview{}, err
	}
	seen := overview{Integrations: []integrationView{}, Syncs: []syncView{viewSync(sync)}}
	var integration v1alpha1.IntralinksIntegration
	err = c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: sync.Spec.IntegrationRef.Name}, &integration)
	if err == nil {
		seen.Integrations = append(seen.Integrations, viewIntegration(&integration))
	}
	// One that is missing, or that may not be seen, is no reason to hide the sync, which says so itself.
	return seen, nil
}
