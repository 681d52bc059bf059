package luminance

import "context"

// Names of the operations, as OperationOf, errors and logs give them. They are
// few and fixed, so they serve as metric labels.
const (
	opToken         = "Token"
	opSystem        = "System"
	opMe            = "Me"
	opGetDivision   = "GetDivision"
	opListDivisions = "ListDivisions"
	opListFolders   = "ListFolders"
	opCreateFolder  = "CreateFolder"
	opUpload        = "Upload"
	opListDocuments = "ListDocuments"
	opGetDocument   = "GetDocument"
	opQATags        = "QATags"
	opDownload      = "Download"
)

type operationKey struct{}

// OperationOf gives the name of the operation that a request's context belongs
// to, for the decorators of the transport; "" if it is none of this package's.
func OperationOf(ctx context.Context) string {
	op, _ := ctx.Value(operationKey{}).(string)
	return op
}

func withOperation(ctx context.Context, op string) context.Context {
	return context.WithValue(ctx, operationKey{}, op)
}
