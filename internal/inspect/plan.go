package inspect

import (
	"context"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
)

// Plan says what the next run of a sync would do, document by document. It costs the requests to Intralinks of one listing,
// unless the exchange was listed in the last minute; and of the allowance one request, where the Division isn't known yet.
func (i *Inspector) Plan(ctx context.Context, sync types.NamespacedName) (*findings.Plan, error) {
	object, forecast, err := i.forecast(ctx, sync)
	if err != nil {
		return nil, err
	}
	plan := &findings.Plan{
		Time: forecast.Time, Exchange: findings.Reference(forecast.Exchange), Division: findings.Reference(forecast.Division),
		Counts: findings.Counts(forecast.Plan.Counts), CreateFolders: int64(len(forecast.PlanFolders)),
		Bytes: forecast.Plan.Bytes, Requests: forecast.PlanRequests, EstimatedCompletion: forecast.Through,
		ProblemCount: int64(len(forecast.Problems)), Running: object.Status.Progress != nil, Warnings: warnings(object, forecast),
		Actions: actionsOf(forecast),
	}
	for k := range forecast.Plan.Actions {
		if forecast.Plan.Actions[k].Kind == engine.UploadAction {
			plan.Upload++
		} else {
			plan.NewVersions++
		}
	}
	return plan, nil
}

// forecast asks the engine.
func (i *Inspector) forecast(ctx context.Context, name types.NamespacedName) (*v1alpha1.FolderSync, *engine.Forecast, error) {
	sync, err := i.sync(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	sides := []side{intralinksSide}
	if sync.Status.Division == nil {
		sides = append(sides, luminanceSide) // it has to be looked up
	}
	l, err := i.linkOf(ctx, sync, sides...)
	if err != nil {
		return nil, nil, err
	}
	job, err := i.job(sync, l)
	if err != nil {
		return nil, nil, err
	}
	forecast, err := i.Engine.Forecast(asking(ctx, name.Namespace), job)
	if err != nil {
		return nil, nil, asError(err, i.Clock.Now())
	}
	return sync, forecast, nil
}

func actionsOf(forecast *engine.Forecast) []findings.PlannedAction {
	actions := make([]findings.PlannedAction, 0, len(forecast.PlanFolders)+len(forecast.Plan.Actions))
	for _, folder := range forecast.PlanFolders {
		actions = append(actions, findings.PlannedAction{Action: "CreateFolder", Target: rooted(folder)})
	}
	for k := range forecast.Plan.Actions {
		a := &forecast.Plan.Actions[k]
		action := findings.PlannedAction{
			Action: string(a.Kind), DocumentID: a.Document.ID, Source: rooted(a.Document.SourcePath), Target: a.Target,
			Bytes: a.Document.Size, Version: a.Document.Version,
		}
		if a.Failed != nil {
			action.Retry = a.Failed.Reason
		}
		actions = append(actions, action)
	}
	return actions
}

func warnings(sync *v1alpha1.FolderSync, forecast *engine.Forecast) []string {
	all := forecast.Warnings
	switch {
	case sync.Spec.Suspend:
		all = append(all, "the sync is suspended: nothing runs until `kubectl intralinks resume` takes that back")
	case sync.Spec.DryRun:
		all = append(all, "spec.dryRun is set: runs plan and carry nothing")
	}
	return all
}
