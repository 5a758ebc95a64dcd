// A page whose scripts the browser dropped (Chromium does when a network interface comes or goes) is drawn and dead. This loads it once more, and
// not again before a page came whole. It stands in the page itself, because a script of its own could be dropped as well.
const script = `(()=>{
const key='berth-loaded-again';let isWhole=true;
const onError=({target:t})=>{
if(!isWhole||!(t instanceof HTMLScriptElement||t instanceof HTMLLinkElement&&t.rel==='stylesheet'))return;
isWhole=false;
try{if(sessionStorage.getItem(key))return;sessionStorage.setItem(key,'1')}catch{return}
location.reload()};
addEventListener('error',onError,true);
addEventListener('load',()=>{
removeEventListener('error',onError,true);
if(isWhole)try{sessionStorage.removeItem(key)}catch{}})
})()`

export function LoadAgain({ nonce }: { nonce: string | undefined }) {
  // The browser hides a nonce from what asks for it later.
  return (
    <script nonce={nonce} suppressHydrationWarning>
      {script}
    </script>
  )
}
