package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// verdict is what a check came to.
type verdict string

const (
	fine verdict = "ok"
	// noted: worth knowing, and nothing that stops a sync; or it can't be seen from here.
	noted verdict = "note"
	// toFix: nothing behind it can work before it is mended.
	toFix verdict = "fix"
)

// finding is one line of the doctor's.
type finding struct {
	Check   string  `json:"check"`
	Verdict verdict `json:"verdict"`
	Detail  string  `json:"detail"`
	Advice  string  `json:"advice,omitempty"`
}

// diagnosis is what doctor shows to scripts.
type diagnosis struct {
	Healthy  bool      `json:"healthy"`
	Findings []finding `json:"findings"`
}

// examined is what is looked at, and what one check learns for the next.
type examined struct {
	*app
	client    client.WithWatch
	config    *rest.Config
	namespace string
	// integrations to look at, all of the namespace or the one that was named.
	integrations []v1alpha1.IntralinksIntegration
	// integration that is being looked at, and its syncs.
	integration *v1alpha1.IntralinksIntegration
	syncs       []v1alpha1.FolderSync
	// operators are their Deployments, where they can be seen.
	operators []appsv1.Deployment
}

// check looks at one thing.
type check struct {
	name string
	look func(ctx context.Context, e *examined) (finding, error)
}

func newDoctorCommand(a *app) *cobra.Command {
	var o output
	command := &cobra.Command{
		Use:   "doctor [INTEGRATION]",
		Short: "Check everything in order, and say the first thing to fix",
		Long: "Looks at the cluster, the kinds, your rights, the operator and its rights; and, of each integration of the namespace or of the\n" +
			"one that is named, at Secrets, hosts, clock, Auth API version, sign-in, callback, exchanges, Divisions and allowance. It stops\n" +
			"at the first thing to fix, and says how. It reads and changes nothing else, and sends nothing to either service.\n\n" +
			"Exit code 0 where all is in order, 3 where something is to be fixed.",
		Example:           "  kubectl intralinks doctor\n  kubectl intralinks doctor intralinks-production -n deals",
		GroupID:           lookGroup,
		Args:              takes("[INTEGRATION]"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.doctor(cmd.Context(), o, args)
		},
	}
	o.addTo(command, "json", "yaml", "csv")
	return command
}

func (a *app) doctor(ctx context.Context, o output, names []string) error {
	config, err := a.restConfig()
	if err != nil {
		return err
	}
	c, namespace, err := a.cluster()
	if err != nil {
		return err
	}
	e := &examined{app: a, client: c, config: config, namespace: namespace}
	findings, err := e.examine(ctx, names)
	if err != nil {
		return err
	}
	last := findings[len(findings)-1]
	d := diagnosis{Healthy: last.Verdict != toFix, Findings: findings}
	if err := o.print(a.Out, d.result(terminalOf(a.Out))); err != nil || d.Healthy {
		return err
	}
	return notInOrder(last.Check+": "+last.Detail, last.Advice)
}

// examine checks one thing after the other until something is to be fixed.
func (e *examined) examine(ctx context.Context, names []string) ([]finding, error) {
	findings, err := e.perform(ctx, clusterChecks)
	if err != nil || findings[len(findings)-1].Verdict == toFix {
		return findings, err
	}
	if err := e.choose(ctx, names); err != nil {
		return nil, err
	}
	if len(e.integrations) == 0 {
		return append(findings, finding{"integration", toFix, "there is no IntralinksIntegration in namespace " + e.namespace,
			"ask for an API key with kubectl intralinks request-credentials, then create one: docs/getting-started.md"}), nil
	}
	for i := range e.integrations {
		e.integration = &e.integrations[i]
		if err := e.readSyncs(ctx); err != nil {
			return nil, err
		}
		if len(e.integrations) > 1 {
			findings = append(findings, finding{Check: "integration", Verdict: fine, Detail: e.integration.Name})
		}
		found, err := e.perform(ctx, integrationChecks)
		findings = append(findings, found...)
		if err != nil || found[len(found)-1].Verdict == toFix {
			return findings, err
		}
	}
	return findings, nil
}

func (e *examined) perform(ctx context.Context, checks []check) (findings []finding, err error) {
	for _, c := range checks {
		f, err := c.look(ctx, e)
		if err != nil {
			return nil, err
		}
		f.Check = c.name
		findings = append(findings, f)
		if f.Verdict == toFix {
			break
		}
	}
	return findings, nil
}

// choose reads the integrations to look at.
func (e *examined) choose(ctx context.Context, names []string) error {
	for _, name := range names {
		integration, err := getIntegration(ctx, e.client, e.namespace, name)
		if err != nil {
			return err
		}
		e.integrations = append(e.integrations, *integration)
	}
	if len(names) > 0 {
		return nil
	}
	var list v1alpha1.IntralinksIntegrationList
	err := e.client.List(ctx, &list, client.InNamespace(e.namespace))
	e.integrations = list.Items
	return err
}

// readSyncs reads those that use the integration.
func (e *examined) readSyncs(ctx context.Context) error {
	var list v1alpha1.FolderSyncList
	if err := e.client.List(ctx, &list, client.InNamespace(e.namespace)); err != nil {
		return err
	}
	e.syncs = nil
	for _, sync := range list.Items {
		if sync.Spec.IntegrationRef.Name == e.integration.Name {
			e.syncs = append(e.syncs, sync)
		}
	}
	return nil
}

func (d diagnosis) result(t terminal) result {
	r := result{value: d, header: []string{"check", "verdict", "detail", "advice"}}
	for _, f := range d.Findings {
		r.rows = append(r.rows, []string{f.Check, string(f.Verdict), f.Detail, f.Advice})
	}
	r.people = func(w io.Writer) error {
		marks := map[verdict]string{fine: t.paint(good, "✓"), noted: t.paint(warning, "!"), toFix: t.paint(bad, "✗")}
		for _, f := range d.Findings {
			// What is to be fixed is told at the end, as the error that the command ends with.
			detail := printable(f.Detail)
			if f.Verdict == toFix {
				detail = t.paint(bad, "to be fixed")
			}
			fmt.Fprintf(w, "%s %-15s %s\n", marks[f.Verdict], f.Check, detail)
		}
		if d.Healthy {
			fmt.Fprintln(w, "\nAll is in order.")
		}
		return nil
	}
	return r
}

// ok, note and fix are findings; the name of the check is added by whoever performs it.
func ok(format string, args ...any) (finding, error) {
	return finding{Verdict: fine, Detail: fmt.Sprintf(format, args...)}, nil
}

func note(format string, args ...any) (finding, error) {
	return finding{Verdict: noted, Detail: fmt.Sprintf(format, args...)}, nil
}

func fix(detail, advice string) (finding, error) {
	return finding{Verdict: toFix, Detail: detail, Advice: advice}, nil
}
