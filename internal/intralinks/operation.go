package intralinks

import "context"

// The operations, as OperationOf returns them and as Error.Op names them.
const (
	OpListExchanges    = "ListExchanges"
	OpGetExchange      = "GetExchange"
	OpGetSplash        = "GetSplash"
	OpEnterExchange    = "EnterExchange"
	OpListFolders      = "ListFolders"
	OpListDocuments    = "ListDocuments"
	OpDownloadDocument = "DownloadDocument"
	OpSignInV2         = "SignInV2"
	OpSignInV3         = "SignInV3"
	OpExchangeCode     = "ExchangeCode"
	OpRefreshToken     = "RefreshToken"
	OpRevokeToken      = "RevokeToken"
)

type operationKey struct{}

// OperationOf returns the name of the operation that a request made by this
// package belongs to, "" for other requests. A RoundTripper uses it as a label
// with few values where a URL would have one per document.
func OperationOf(ctx context.Context) string {
	op, _ := ctx.Value(operationKey{}).(string)
	return op
}

func withOperation(ctx context.Context, op string) context.Context {
	return context.WithValue(ctx, operationKey{}, op)
}
