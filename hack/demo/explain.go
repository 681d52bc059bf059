package main

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// logLines is how much of the operator's log a failure shows.
const logLines = 30

// explain prints what a person needs to see why the demo failed: the conditions, and the end of the
// operator's log.
func (d *demo) explain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if d.operator == nil {
		return
	}
	if v, err := d.cluster.look(ctx, d.plan.Sync); err == nil {
		d.out.heading("The conditions")
		d.printConditions("IntralinksIntegration", v.integration.Status.Conditions)
		d.printConditions("FolderSync", v.sync.Status.Conditions)
		for _, problem := range v.sync.Status.Problems {
			d.out.printf("  document %d: %s: %s\n", problem.DocumentID, problem.Reason, problem.Message)
		}
	}
	d.out.heading("The end of the operator's log")
	d.out.printf("%s", d.operator.lastLines(logLines))
}

func (d *demo) printConditions(kind string, conditions []metav1.Condition) {
	d.out.printf("%s\n", kind)
	for _, c := range conditions {
		d.out.printf("  %s=%s %s: %s\n", c.Type, c.Status, c.Reason, c.Message)
	}
}
